package dev.sallyport.mitm.origin;

import dev.sallyport.mitm.TlsProvider;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.InstantSource;
import java.util.Locale;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// The gate's side of TLS with origins: always the name of the host that the client asked for, sent
/// as SNI and looked for in the certificate.
///
/// Any thread. Certificates are judged on threads of its own.
public final class OriginTls {
  /// Handshakes whose certificates may wait to be judged; beyond, handshakes fail.
  static final int MAX_WAITING = 4096;

  private static final int THREADS = 2;
  private static final long IDLE_SECONDS = 10;

  private final TlsProvider provider;
  private final OriginContexts contexts;
  private final Executor judges;
  private final RecentlyUsed<String, Boolean> notForBoringSsl = new RecentlyUsed<>(256);

  /// @param roots who may vouch for origins
  /// @param clock by which certificates have begun and ended
  public OriginTls(TlsProvider provider, OriginRoots roots, InstantSource clock) {
    this(provider, roots, clock, threads());
  }

  /// @param roots who may vouch for origins
  /// @param clock by which certificates have begun and ended
  /// @param judges where certificates are judged, which takes a millisecond or more
  public OriginTls(TlsProvider provider, OriginRoots roots, InstantSource clock, Executor judges) {
    this.provider = provider;
    this.contexts = new OriginContexts(new OriginTrust(roots, clock));
    this.judges = judges;
  }

  /// A handler for one connection.
  ///
  /// @param target whom the handshake is with and what is offered
  /// @throws IllegalStateException when the provider cannot be set up
  public SslHandler newHandler(OriginTarget target, ByteBufAllocator allocator) {
    TlsProvider by = notForBoringSsl.holds(place(target)) ? TlsProvider.JDK : provider;
    SslHandler handler =
        contexts.of(target, by).newHandler(allocator, target.host(), target.port(), judges);
    if (by == TlsProvider.BORINGSSL) {
      handler
          .handshakeFuture()
          .addListener(
              done -> {
                if (!done.isSuccess() && isWorthAnotherTry(done.cause())) {
                  notForBoringSsl.put(place(target), true);
                }
              });
    }
    return handler;
  }

  /// Whether a second handshake may end well after one has failed so. BoringSSL judges for itself
  /// what a certificate's key is for, and takes no authority in the place of a server, not even one
  /// that cannot act as an authority; from then on the JDK does the handshakes with that origin.
  ///
  /// @param cause what the handshake failed with
  public static boolean isWorthAnotherTry(Throwable cause) {
    Throwable each = cause;
    for (int i = 0; i < OriginFailure.MAX_DEPTH && each != null; i++) {
      if (String.valueOf(each.getMessage())
          .toLowerCase(Locale.ROOT)
          .contains(OriginFailure.KEY_USAGE)) {
        return true;
      }
      each = each.getCause();
    }
    return false;
  }

  private static String place(OriginTarget target) {
    return target.host() + " " + target.port();
  }

  private static Executor threads() {
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MAX_WAITING),
            new DefaultThreadFactory("sallyport-judge", true));
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }
}
