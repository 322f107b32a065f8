package dev.sallyport.proxy.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sallyport.proxy.run.CentralGate.UnusableException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// What a central gate says of itself and of us, before a command starts: its pages
/// `http://sallyport.internal/status` and `/ca.pem`. Blocks.
///
/// @param known by what name and proof it knows us
/// @param policy name and version of its policy
/// @param rootPem the certificate to trust; empty where it looks into no TLS
public record GateGreeting(String known, String policy, Optional<String> rootPem) {
  /// Octets of one answer.
  private static final int MAX_ANSWER = 512 * 1024;

  private static final int VERSION_SHOWN = 7;
  private static final ObjectMapper JSON = new ObjectMapper();

  /// An answer.
  private record Answer(int status, String body) {}

  /// Asks.
  ///
  /// @throws UnusableException when the gate cannot be reached, refuses us or is none
  public static GateGreeting of(CentralGate gate) throws UnusableException {
    Answer status = get(gate, "/status");
    switch (status.status()) {
      case 200 -> {}
      case 407 ->
          throw new UnusableException(
              "the gate "
                  + gate.shown()
                  + (gate.authorization().isPresent()
                      ? " does not take this token; ask its owner for another one"
                      : " asks for credentials; give a token with SALLYPORT_GATE_TOKEN or"
                          + " `--token-file`, or a certificate with `--certificate` and `--key`"));
      case 400 ->
          throw new UnusableException(
              noGate(gate) + "; where it speaks TLS, its URL begins with `https://`");
      default -> throw new UnusableException(noGate(gate));
    }
    Answer root = get(gate, "/ca.pem");
    Optional<String> pem =
        Optional.of(root.body())
            .filter(text -> root.status() == 200 && text.contains("BEGIN CERT"));
    return read(gate, status.body(), pem);
  }

  private static String noGate(CentralGate gate) {
    return gate.shown() + " is no gate that this version knows: it has no page /status";
  }

  private static GateGreeting read(CentralGate gate, String text, Optional<String> pem)
      throws UnusableException {
    try {
      JsonNode status = JSON.readTree(text);
      String name = status.path("identity").path("name").asText();
      String method = status.path("identity").path("method").asText("none");
      String version = status.path("policy").path("version").asText();
      if (!status.path("gate").asText().equals("sallyport")) {
        throw new UnusableException(noGate(gate));
      }
      return new GateGreeting(
          name.isEmpty() ? method : "`" + name + "` (" + method + ")",
          status.path("policy").path("name").asText()
              + " @ "
              + version.substring(0, Math.min(VERSION_SHOWN, version.length())),
          pem);
    } catch (IOException noJson) {
      throw new UnusableException(noGate(gate));
    }
  }

  private static Answer get(CentralGate gate, String path) throws UnusableException {
    String credentials =
        gate.authorization().map(value -> "Proxy-Authorization: " + value + "\r\n").orElse("");
    try (Socket socket = gate.connect()) {
      socket.setSoTimeout((int) CentralGate.PATIENCE.toMillis());
      String head =
          "GET http://sallyport.internal"
              + path
              + " HTTP/1.1\r\nHost: sallyport.internal\r\nAccept: application/json\r\nConnection:"
              + " close\r\n"
              + credentials
              + "\r\n";
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      return answer(socket.getInputStream());
    } catch (IOException failed) {
      throw new UnusableException(
          "the gate "
              + gate.shown()
              + " ends the connection without an answer; does it want a client certificate"
              + " (`--certificate`, `--key`)?");
    }
  }

  private static Answer answer(InputStream in) throws IOException {
    String text = new String(in.readNBytes(MAX_ANSWER), StandardCharsets.UTF_8);
    int end = text.indexOf("\r\n\r\n");
    if (!text.startsWith("HTTP/1.1 ") || end < 0) {
      throw new IOException("no answer");
    }
    String code = text.substring(9, 12);
    return new Answer(
        code.chars().allMatch(Character::isDigit) ? Integer.parseInt(code) : 0,
        text.substring(end + 4));
  }
}
