package dev.sallyport.mitm.authority;

import dev.sallyport.mitm.TlsProvider;
import dev.sallyport.mitm.authority.LeafMint.Minted;
import dev.sallyport.mitm.authority.MintRefusedException.Why;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

/// The leaves that clients are shown: made on demand, off the event loops, each once for any number
/// of handshakes that wait for it, and kept until they are three quarters through their life.
///
/// Any thread; nothing here blocks.
public final class Leaves implements AutoCloseable {
  /// Leaves that are kept unless told otherwise.
  public static final int DEFAULT_KEPT = 1024;

  /// Leaves that may wait to be made.
  static final int MAX_WAITING = 1024;

  private static final int THREADS = 2;

  /// No host of anybody's; RFC 9476 keeps `.alt` out of DNS.
  private static final LeafRequest FIRST =
      new LeafRequest("first.sallyport.alt", Purpose.REFUSE, List.of("h2", "http/1.1"));

  private final Authority authority;
  private final LeafMint mint;
  private final MintBudget budget;
  private final LeafCache cache;
  private final ThreadPoolExecutor workers;

  /// @param kept how many leaves are kept
  public Leaves(Authority authority, TlsProvider provider, int kept) {
    this(authority, provider, kept, new MintBudget(MintBudget.BURST, System::nanoTime));
  }

  Leaves(Authority authority, TlsProvider provider, int kept, MintBudget budget) {
    this.budget = budget;
    this.authority = authority;
    this.mint = new LeafMint(authority, provider);
    this.cache = new LeafCache(kept, authority.clock());
    this.workers =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MAX_WAITING),
            new DefaultThreadFactory("sallyport-mint", true));
  }

  /// The settings for a handshake with a client, for `SslContext.newHandler(allocator)`.
  ///
  /// @param client whose budget a new leaf is taken from: an identity or an address
  /// @param executor on which the future's listeners run
  /// @return fails with [MintRefusedException] when no leaf is made
  public Future<SslContext> contextFor(LeafRequest request, String client, EventExecutor executor) {
    CompletableFuture<Minted> known = cache.find(request);
    if (known == null) {
      try {
        authority.signer(request.host(), request.purpose());
      } catch (MintRefusedException nobodySigns) {
        return executor.newFailedFuture(nobodySigns);
      }
      if (!budget.take(client)) {
        return executor.newFailedFuture(new MintRefusedException(Why.BUDGET));
      }
      known = cache.findOrAdd(request, this::start);
    }
    return onto(known, executor);
  }

  /// Makes a first leaf, so that the first client does not wait while classes are loaded.
  public Future<SslContext> warm(EventExecutor executor) {
    return onto(cache.findOrAdd(FIRST, this::start), executor);
  }

  /// Makes no more leaves; those that wait fail.
  @Override
  public void close() {
    workers.shutdown();
  }

  private CompletableFuture<Minted> start(LeafRequest request) {
    CompletableFuture<Minted> minted = new CompletableFuture<>();
    try {
      workers.execute(() -> run(request, minted));
    } catch (RejectedExecutionException e) {
      minted.completeExceptionally(
          new MintRefusedException(workers.isShutdown() ? Why.CLOSED : Why.BUSY));
    }
    return minted;
  }

  // Whatever goes wrong, those who wait have to hear of it.
  private void run(LeafRequest request, CompletableFuture<Minted> minted) {
    try {
      minted.complete(mint.mint(request));
    } catch (SSLException | MintRefusedException | RuntimeException | Error e) {
      minted.completeExceptionally(e);
    }
  }

  private static Future<SslContext> onto(CompletableFuture<Minted> minted, EventExecutor executor) {
    Promise<SslContext> promise = executor.newPromise();
    minted.whenComplete(
        (done, failure) -> {
          if (failure == null) {
            promise.trySuccess(done.context());
          } else {
            promise.tryFailure(failure);
          }
        });
    return promise;
  }
}
