package dev.sallyport.mitm.origin;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sallyport.mitm.TlsProvider;
import dev.sallyport.testkit.Handshake;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The cases of x509-limbo: those marked `gate` have to come out right, the others are told.
class LimboTest {
  private static final List<LimboCase> CASES = cases();

  private static List<LimboCase> cases() {
    try {
      return LimboCase.all();
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void theJudgeIsRight() {
    List<String> wrong = new ArrayList<>();
    int others = 0;
    int othersRight = 0;
    for (LimboCase each : CASES) {
      String verdict = verdict(each);
      boolean right = verdict.isEmpty() == each.accepted();
      if (each.gate() && !right) {
        wrong.add(each.id() + ": " + verdict);
      }
      if (!each.gate()) {
        others++;
        othersRight += right ? 1 : 0;
      }
    }
    System.out.println("x509 cases beside the gating ones: " + othersRight + " of " + others);
    assertEquals(List.of(), wrong);
    assertEquals(115, CASES.size() - others);
  }

  @ParameterizedTest
  @EnumSource
  void handshakesEndSo(TlsProvider provider) throws SSLException {
    List<String> wrong = new ArrayList<>();
    for (LimboCase each : CASES) {
      if (!each.gate()) {
        continue;
      }
      OriginTls tls =
          new OriginTls(provider, OriginRoots.only(each.roots()), each.clock(), Runnable::run);
      Handshake handshake = shake(tls, each);
      Throwable failure = handshake.client().failure();
      if (failure != null && OriginTls.isWorthAnotherTry(failure)) {
        handshake = shake(tls, each);
      }
      if (handshake.client().done() != each.accepted()) {
        wrong.add(each.id() + ": " + handshake.client().failure());
      }
    }
    assertEquals(List.of(), wrong);
  }

  private static Handshake shake(OriginTls tls, LimboCase each) throws SSLException {
    OriginTarget target = new OriginTarget(each.host(), 443, List.of(), Optional.empty());
    return Handshake.between(
        tls.newHandler(target, ByteBufAllocator.DEFAULT),
        SslContextBuilder.forServer(new ShownKey(each.key(), each.chain()))
            .sslProvider(SslProvider.JDK)
            .build()
            .newHandler(ByteBufAllocator.DEFAULT));
  }

  private static String verdict(LimboCase each) {
    try {
      Instant ends =
          PathSearch.check(
              each.chain().toArray(X509Certificate[]::new),
              OriginRoots.only(each.roots()),
              new PathChecks(each.host(), each.clock().instant()));
      return ends.isAfter(each.clock().instant().minusSeconds(1)) ? "" : "ends before it is judged";
    } catch (OriginCertificateException e) {
      return e.sentence();
    }
  }
}
