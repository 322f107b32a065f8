package dev.sallyport.proxy;

import dev.sallyport.proxy.dial.DialOutcome;
import dev.sallyport.proxy.exchange.OriginLink;
import dev.sallyport.proxy.stage.Permitted;
import dev.sallyport.rules.ClientIdentity;
import dev.sallyport.rules.Destination;
import dev.sallyport.rules.PolicyStamp;
import dev.sallyport.rules.RuleRef;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The connection to an origin that a client's last request left open, for its next request when
/// everything that it was opened for is the same. On the client's event loop.
final class Origins {
  private @Nullable Kept kept;

  /// A connection to an origin and how it was reached.
  record Origin(OriginLink link, DialOutcome.Connected dialled) {}

  /// The kept connection, if it was opened for the same client, destination, rule and policy.
  Optional<Origin> reuse(Permitted permitted) {
    Kept last = kept;
    kept = null;
    if (last == null) {
      return Optional.empty();
    }
    if (last.key.equals(Key.of(permitted)) && last.origin.link().isOpen()) {
      return Optional.of(last.origin);
    }
    last.origin.link().close();
    return Optional.empty();
  }

  void keep(Permitted permitted, Origin origin) {
    kept = new Kept(Key.of(permitted), origin);
  }

  /// The client has left.
  void close() {
    Kept last = kept;
    kept = null;
    if (last != null) {
      OriginLink link = last.origin.link();
      link.close();
    }
  }

  private record Kept(Key key, Origin origin) {}

  private record Key(
      ClientIdentity client, Destination destination, Optional<RuleRef> rule, PolicyStamp policy) {
    static Key of(Permitted permitted) {
      return new Key(
          permitted.identified().client(),
          permitted.permit().destination(),
          permitted.decision().rule(),
          permitted.decision().policy());
    }
  }
}
