package dev.sallyport.proxy;

import dev.sallyport.proxy.exchange.OriginLink;
import dev.sallyport.proxy.limit.OctetBudget;
import dev.sallyport.proxy.stage.Permitted;
import dev.sallyport.rules.ClientIdentity;
import dev.sallyport.rules.Destination;
import dev.sallyport.rules.PolicyStamp;
import dev.sallyport.rules.RuleRef;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpRequest;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The plain-http requests of one client connection, one after another. Keeps the last connection
/// to an origin for the next request when everything that it was opened for is the same. On the
/// client's event loop.
final class Exchanges {
  private final GateParts parts;
  private final Refuser refuser;
  private final Channel client;
  private final OctetBudget.Share share;
  private final Consumer<Channel> done;
  private @Nullable Kept kept;

  /// @param done told when the client's connection is in order for its next request
  Exchanges(
      GateParts parts,
      Refuser refuser,
      Channel client,
      OctetBudget.Share share,
      Consumer<Channel> done) {
    this.parts = parts;
    this.refuser = refuser;
    this.client = client;
    this.share = share;
    this.done = done;
  }

  /// @param connected told when the origin is reached, or will not be
  ExchangePath begin(HttpRequest head, Permitted permitted, String originForm, Runnable connected) {
    return new ExchangePath(
        parts, refuser, client, head, permitted, originForm, share, connected, this);
  }

  /// The kept connection, if it was opened for the same client, destination, rule and policy.
  Optional<ExchangePath.Origin> reuse(Permitted permitted) {
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

  void keep(Permitted permitted, ExchangePath.Origin origin) {
    kept = new Kept(Key.of(permitted), origin);
  }

  void done() {
    done.accept(client);
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

  private record Kept(Key key, ExchangePath.Origin origin) {}

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
