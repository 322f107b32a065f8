package dev.sallyport.mitm;

import static dev.sallyport.mitm.Reading.decidedAfter;
import static dev.sallyport.mitm.Reading.hello;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Hellos that were not made for these tests: by the JDK now, by other clients earlier.
class RealClientHelloTest {
  private static final int TLS_1_2 = 0x0303;
  private static final int TLS_1_3 = 0x0304;

  static List<RecordedHello> recorded() {
    return RecordedHello.all();
  }

  @ParameterizedTest
  @MethodSource("recorded")
  void readsWhatClientsSend(RecordedHello recorded) {
    byte[] octets = recorded.octets();
    assertEquals(octets.length, decidedAfter(octets));
    ClientHello hello = hello(octets);
    assertEquals(named(recorded.serverName()), hello.serverName());
    assertEquals(recorded.protocols(), hello.protocols());
    assertEquals(recorded.versions(), hello.versions());
    assertEquals(octets.length, hello.octets());
  }

  @Test
  void readsTheHelloOfTheJdk() throws Exception {
    ClientHello hello = hello(jdk("example.com", List.of("h2", "http/1.1"), "TLSv1.3", "TLSv1.2"));
    assertEquals(named("example.com"), hello.serverName());
    assertEquals(List.of("h2", "http/1.1"), hello.protocols());
    assertEquals(List.of(TLS_1_3, TLS_1_2), hello.versions());
    assertEquals(TLS_1_2, hello.legacyVersion());
  }

  @Test
  void readsTheHelloOfTheJdkWithoutName() throws Exception {
    ClientHello hello = hello(jdk("", List.of(), "TLSv1.3"));
    assertEquals(new ServerName.Absent(), hello.serverName());
    assertEquals(List.of(), hello.protocols());
    assertEquals(List.of(TLS_1_3), hello.versions());
  }

  @Test
  void readsTheHelloOfTheJdkForTls12Alone() throws Exception {
    ClientHello hello = hello(jdk("example.com", List.of("http/1.1"), "TLSv1.2"));
    assertEquals(named("example.com"), hello.serverName());
    assertEquals(List.of("http/1.1"), hello.protocols());
    assertEquals(TLS_1_2, hello.legacyVersion());
  }

  private static ServerName named(String name) {
    return name.isEmpty() ? new ServerName.Absent() : new ServerName.Named(name);
  }

  private static byte[] jdk(String name, List<String> protocols, String... versions)
      throws Exception {
    SSLEngine engine = SSLContext.getDefault().createSSLEngine();
    engine.setUseClientMode(true);
    SSLParameters parameters = engine.getSSLParameters();
    Optional.of(name)
        .filter(n -> !n.isEmpty())
        .ifPresent(n -> parameters.setServerNames(List.of(new SNIHostName(n))));
    parameters.setApplicationProtocols(protocols.toArray(String[]::new));
    parameters.setProtocols(versions);
    engine.setSSLParameters(parameters);
    ByteBuffer out = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
    engine.wrap(ByteBuffer.allocate(0), out);
    return Reading.first(out.array(), out.position());
  }
}
