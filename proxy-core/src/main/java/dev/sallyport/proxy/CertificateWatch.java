package dev.sallyport.proxy;

import dev.sallyport.mitm.authority.Purpose;
import dev.sallyport.proxy.accept.ListenerTls;
import dev.sallyport.proxy.intercept.CannotInterceptException;
import dev.sallyport.proxy.intercept.Interception;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps a gate's certificates good for as long as it runs: issuers are made anew before they end,
/// and what only a person can mend is said in the log, early and once a day. Looks on a thread of
/// its own, which may block; nothing else waits for it.
final class CertificateWatch implements AutoCloseable {
  /// Between two looks. Little is done in one while nothing is due.
  static final Duration LOOK = Duration.ofMinutes(1);

  /// How long before its end a certificate is spoken of; an issuer is made anew long before that.
  static final Duration SAID_BEFORE = Duration.ofDays(30);

  /// Until the same is said again.
  static final Duration SAID_AGAIN = Duration.ofDays(1);

  private final Interception interception;
  private final List<ListenerTls> listeners;
  private final InstantSource clock;
  private final Consumer<String> say;
  private final Map<String, Instant> said = new HashMap<>();
  private final Semaphore closed = new Semaphore(0);
  private final Thread thread;

  /// @param listeners may grow
  /// @param say takes a sentence for whoever runs the gate
  CertificateWatch(
      Interception interception,
      List<ListenerTls> listeners,
      InstantSource clock,
      Consumer<String> say) {
    this.interception = interception;
    this.listeners = listeners;
    this.clock = clock;
    this.say = say;
    this.thread = Thread.ofVirtual().name("sallyport-certificates").unstarted(this::run);
  }

  /// One that writes to the log.
  static CertificateWatch logging(
      Interception interception, List<ListenerTls> listeners, InstantSource clock) {
    Logger log = LoggerFactory.getLogger(CertificateWatch.class);
    return new CertificateWatch(interception, listeners, clock, log::warn);
  }

  /// Begins to look.
  void start() {
    thread.start();
  }

  /// Ends the looks; waits for nothing. Further calls do nothing.
  @Override
  public void close() {
    closed.release();
  }

  private void run() {
    try {
      do {
        look();
      } while (!closed.tryAcquire(LOOK.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException nobodyDoesThat) {
      Thread.currentThread().interrupt();
    }
  }

  /// Renews what is due and says what is to be said.
  void look() {
    try {
      interception.renew();
    } catch (CannotInterceptException failed) {
      say("renewal", String.valueOf(failed.getMessage()));
    } catch (RuntimeException bug) {
      say("renewal", "renewing the certificates failed, which is a bug: " + bug);
    }
    Optional<Instant> root = interception.root().map(each -> each.getNotAfter().toInstant());
    root.ifPresent(end -> tell("the root of the authority", end, interception.howToReplace()));
    for (Purpose purpose : Purpose.values()) {
      interception
          .issuerEnd(purpose)
          // What ends with the root ends for its reason.
          .filter(end -> !root.equals(Optional.of(end)))
          .ifPresent(end -> tell(purpose.issuer(), end, interception.howToExtend()));
    }
    for (ListenerTls listener : listeners) {
      tell(
          "the certificate of listener `" + listener.listener() + "`",
          listener.expires(),
          "put a new one in its place; it is taken up without a restart");
    }
  }

  private void tell(String what, Instant end, String advice) {
    Instant now = clock.instant();
    if (end.isBefore(now.plus(SAID_BEFORE))) {
      say(what, what + (end.isAfter(now) ? " ends on " : " ended on ") + end + ": " + advice);
    }
  }

  private void say(String about, String sentence) {
    Instant now = clock.instant();
    Instant before = said.get(about);
    if (before == null || !now.isBefore(before.plus(SAID_AGAIN))) {
      said.put(about, now);
      say.accept(sentence);
    }
  }
}
