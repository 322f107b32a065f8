package dev.sallyport.mitm;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.mitm.ClientHelloReader.Hello;
import dev.sallyport.mitm.ClientHelloReader.Malformed;
import dev.sallyport.mitm.ClientHelloReader.NeedMore;
import dev.sallyport.mitm.ClientHelloReader.NotTls;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SNIMatcher;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;

/// Thousands of hellos gone wrong, the same ones on every run.
class ClientHelloMutationTest {
  private static final long SEED = 8446;
  private static final int HELLOS = 20_000;
  private static final int HELLOS_FOR_THE_JDK = 3_000;

  private enum Kind {
    MORE,
    NOT_TLS,
    MALFORMED,
    HELLO
  }

  @Test
  void everyVerdictHolds() {
    Mutations mutations = new Mutations(SEED);
    Map<Kind, Integer> seen = new EnumMap<>(Kind.class);
    for (int i = 0; i < HELLOS; i++) {
      byte[] octets = mutations.next();
      try {
        ClientHelloReaderFuzz.fuzzerTestOneInput(octets);
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError(HexFormat.of().formatHex(octets), e);
      }
      seen.merge(kind(octets), 1, Integer::sum);
    }
    // Otherwise the mutations miss what they are for.
    for (Kind kind : Kind.values()) {
      assertTrue(seen.getOrDefault(kind, 0) > HELLOS / 100, seen::toString);
    }
  }

  /// An origin that is not ours: where the JDK comes as far as the name, it reads the same one.
  @Test
  void theJdkReadsTheSameName() throws Exception {
    Mutations mutations = new Mutations(SEED + 1);
    int agreed = 0;
    for (int i = 0; i < HELLOS_FOR_THE_JDK; i++) {
      byte[] octets = mutations.next();
      List<String> names = namesSeenByTheJdk(octets);
      if (Reading.read(octets) instanceof Hello(ClientHello hello)
          && !names.isEmpty()
          && !(hello.serverName() instanceof ServerName.Invalid)) {
        assertEquals(names, ClientHelloReaderFuzz.name(Reading.read(octets)).stream().toList());
        agreed++;
      }
    }
    assertTrue(agreed > HELLOS_FOR_THE_JDK / 20, "only " + agreed + " were compared");
  }

  private static Kind kind(byte[] octets) {
    return switch (Reading.read(octets)) {
      case NeedMore() -> Kind.MORE;
      case NotTls(String _) -> Kind.NOT_TLS;
      case Malformed(String _) -> Kind.MALFORMED;
      case Hello(ClientHello _) -> Kind.HELLO;
    };
  }

  private static List<String> namesSeenByTheJdk(byte[] octets) throws Exception {
    List<String> names = new ArrayList<>();
    SSLEngine engine = SSLContext.getDefault().createSSLEngine();
    engine.setUseClientMode(false);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setSNIMatchers(List.of(new Recorder(names)));
    engine.setSSLParameters(parameters);
    try {
      offer(engine, ByteBuffer.wrap(octets));
    } catch (SSLException e) {
      // It refuses; what it saw before that counts.
    }
    return names;
  }

  private static void offer(SSLEngine engine, ByteBuffer in) throws SSLException {
    ByteBuffer out = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize());
    int before = -1;
    while (in.hasRemaining() && in.position() != before) {
      before = in.position();
      engine.unwrap(in, out);
      for (Runnable task = engine.getDelegatedTask();
          task != null;
          task = engine.getDelegatedTask()) {
        task.run();
      }
    }
  }

  /// Notes every host name that it is asked about.
  private static final class Recorder extends SNIMatcher {
    private final List<String> names;

    Recorder(List<String> names) {
      super(0);
      this.names = names;
    }

    @Override
    public boolean matches(SNIServerName name) {
      names.add(new String(name.getEncoded(), ISO_8859_1));
      return true;
    }
  }
}
