package dev.sallyport.proxy.identify;

import dev.sallyport.proxy.config.Settings;
import dev.sallyport.proxy.stage.Accepted;
import dev.sallyport.rules.ClientIdentity;
import dev.sallyport.rules.ClientIdentity.Proof;
import dev.sallyport.rules.Reason;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Finds out who sent a request. Identity belongs to the request: a client may change its
/// credentials from one to the next on the same connection. Keeps no state of its own and does not
/// block; for any thread.
public final class Identifier {
  private final TokenStore store;
  private final Settings.Identity settings;

  /// @param store where the tokens of the moment are
  /// @param settings whether a client that shows nothing is asked for credentials
  public Identifier(TokenStore store, Settings.Identity settings) {
    this.store = store;
    this.settings = settings;
  }

  /// What came out.
  public sealed interface Result {
    /// The client proved who it is, or may go on without.
    record Known(ClientIdentity client) implements Result {}

    /// @param reason `credentials-missing` or `credentials-wrong`
    record Refused(Reason reason) implements Result {}
  }

  /// Judges the values of a request's `Proxy-Authorization` fields, in their order.
  ///
  /// None: anonymous, unless the gate requires credentials. One: right or refused, whatever is
  /// wrong with it. More than one: refused, since nothing says which counts. The listener of a
  /// single client is proof by itself; what is shown there is looked at only where there are tokens
  /// to hold it against.
  public Result identify(Accepted accepted, List<String> proxyAuthorization) {
    if (accepted.ownListener() && (proxyAuthorization.isEmpty() || store.tokens().isEmpty())) {
      return known(accepted, new Proof.OwnListener(), Map.of());
    }
    if (proxyAuthorization.isEmpty()) {
      return settings.required()
          ? new Result.Refused(Reason.CREDENTIALS_MISSING)
          : known(accepted, new Proof.Nothing(), Map.of());
    }
    return proven(proxyAuthorization)
        .map(token -> known(accepted, new Proof.Token(token.name()), token.labels()))
        .orElseGet(() -> new Result.Refused(Reason.CREDENTIALS_WRONG));
  }

  private Optional<Token> proven(List<String> proxyAuthorization) {
    if (proxyAuthorization.size() != 1) {
      return Optional.empty();
    }
    return BasicCredentials.parse(proxyAuthorization.getFirst())
        .flatMap(shown -> store.tokens().flatMap(t -> t.proven(shown.user(), shown.password())));
  }

  private static Result known(Accepted accepted, Proof proof, Map<String, String> labels) {
    return new Result.Known(
        new ClientIdentity(
            proof, accepted.client().getAddress(), accepted.listener(), labels, Map.of()));
  }
}
