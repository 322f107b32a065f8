package dev.sallyport.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.proxy.testing.Policies;
import dev.sallyport.proxy.testing.TestCertificate;
import dev.sallyport.proxy.testing.TestGate;
import dev.sallyport.proxy.testing.Wire;
import dev.sallyport.proxy.transport.Transport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// One table of targets, by every entrance: CONNECT and SOCKS5, each in clear, within TLS, and
/// behind a balancer. What is decided is the same.
class EntranceParityTest {
  private static final String POLICY =
      Policies.allowing(
          "{host: tls.example.com}",
          "{subdomains-of: below.example.com}",
          "{address: 192.0.2.0/24}",
          "{address: \"2001:db8::/32\"}");

  /// Host and port, and what is decided.
  private static final List<List<String>> TABLE =
      List.of(
          List.of("tls.example.com", "443", "allow listed"),
          List.of("TLS.Example.COM.", "443", "allow listed"),
          List.of("a.below.example.com", "443", "allow listed"),
          List.of("below.example.com", "443", "deny not-listed"),
          List.of("tls.example.com.evil.test", "443", "deny not-listed"),
          List.of("tls.example.com", "8443", "deny port-not-allowed"),
          List.of("tls.example.com", "80", "deny port-not-allowed"),
          List.of("denied.example", "443", "deny denied-by-rule"),
          List.of("x.DENIED.example", "22", "deny denied-by-rule"),
          List.of("192.0.2.7", "443", "allow listed"),
          List.of("[2001:DB8:0::7]", "443", "allow listed"),
          List.of("[::ffff:192.0.2.7]", "443", "allow listed"),
          List.of("127.0.0.1", "443", "deny not-listed"),
          List.of("[::1]", "443", "deny not-listed"),
          List.of("[::ffff:169.254.169.254]", "443", "deny not-listed"),
          List.of("127.1", "443", "deny malformed"),
          List.of("2130706433", "443", "deny malformed"),
          List.of("0x7f.0.0.1", "443", "deny malformed"),
          List.of("[fe80::1%25lo]", "443", "deny malformed"),
          List.of("tls.example.com", "0", "deny malformed"),
          List.of("user@tls.example.com", "443", "deny malformed"),
          List.of("tls.example.com:443", "443", "deny malformed"),
          List.of("tls..example.com", "443", "deny malformed"),
          List.of("*.example.com", "443", "deny malformed"));

  @TempDir private Path folder = Path.of("");

  private TestGate gate() throws Exception {
    TestCertificate.KeyFiles files = TestCertificate.keyFiles(folder);
    String settings =
        """
        listen:
          - {name: clear, address: 127.0.0.1, port: 0, socks: true}
          - {name: secure, address: 127.0.0.1, port: 0, socks: true, tls: {certificate: %1$s, key: %1$s, passphrase-file: %2$s}}
          - {name: behind, address: 127.0.0.1, port: 0, socks: true, proxy-protocol: 127.0.0.1}
        identity: {required: false}
        connect-to: {"*:*": "127.0.0.1:1"}
        intercept: {refuse-in-band: never}
        """
            .formatted(files.keys(), files.passphrase());
    return TestGate.start(Transport.best(), folder, settings, POLICY);
  }

  private static Wire open(InetSocketAddress address, String listener) throws IOException {
    Wire wire = Wire.to(address);
    return switch (listener) {
      case "secure" -> wire.secured(TestCertificate.context(), "gate.example.com");
      case "behind" -> wire.send("PROXY TCP4 127.0.0.1 127.0.0.1 5 6\r\n");
      default -> wire;
    };
  }

  private static void ask(Wire client, String way, String host, int port) throws IOException {
    if (way.equals("connect")) {
      connect(client, host, port);
    } else {
      socks(client, host, port);
    }
  }

  private static void connect(Wire client, String host, int port) throws IOException {
    client.send("CONNECT " + host + ":" + port + " HTTP/1.1\r\nHost: x\r\n\r\n");
    client.restOfText();
  }

  private static void socks(Wire client, String host, int port) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {5, 1, 0, 5, 1, 0, 3, (byte) host.length()});
    out.writeBytes(host.getBytes(ISO_8859_1));
    out.write(port >> 8);
    out.write(port);
    client.send(out.toByteArray());
    client.restOfText();
  }

  @Test
  void everyEntranceIsJudgedAlike() throws Exception {
    try (TestGate gate = gate()) {
      List<InetSocketAddress> at = gate.gate().addresses();
      List<String> listeners = List.of("clear", "secure", "behind");
      List<String> expected = new ArrayList<>();
      for (int i = 0; i < listeners.size(); i++) {
        String listener = listeners.get(i);
        InetSocketAddress address = at.get(i);
        for (String way : List.of("connect", "socks")) {
          for (List<String> row : TABLE) {
            try (Wire client = open(address, listener)) {
              ask(client, way, row.getFirst(), Integer.parseInt(row.get(1)));
            }
            expected.add(listener + " " + way + " " + row);
          }
        }
      }
      gate.awaitDecisions(expected.size());
      assertEquals(expected, got(gate));
    }
  }

  /// In the order of the events, which is that of the questions.
  private static List<String> got(TestGate gate) {
    List<JsonNode> events = gate.events("decision");
    List<String> got = new ArrayList<>();
    Predicate<JsonNode> socks = event -> event.path("sallyport.entrance").asText().equals("socks");
    for (int i = 0; i < events.size(); i++) {
      JsonNode event = events.get(i);
      List<String> row = TABLE.get(i % TABLE.size());
      got.add(
          event.path("sallyport.listener").asText()
              + (socks.test(event) ? " socks " : " connect ")
              + List.of(
                  row.getFirst(),
                  row.get(1),
                  event.path("sallyport.decision").asText()
                      + " "
                      + event.path("sallyport.reason").asText()));
    }
    return got;
  }
}
