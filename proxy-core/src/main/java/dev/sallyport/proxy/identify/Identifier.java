package dev.sallyport.proxy.identify;

import dev.sallyport.proxy.config.Settings;
import dev.sallyport.proxy.stage.Accepted;
import dev.sallyport.proxy.stage.ClientCertificate;
import dev.sallyport.rules.ClientIdentity;
import dev.sallyport.rules.ClientIdentity.Proof;
import dev.sallyport.rules.Policy;
import dev.sallyport.rules.Reason;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// Finds out who sent a request. Identity belongs to the request: a client may change its
/// credentials from one to the next on the same connection. Keeps no state of its own and does not
/// block; for any thread.
public final class Identifier {
  private final TokenStore store;
  private final Settings.Identity settings;
  private final Supplier<Policy> policy;

  /// @param store where the tokens of the moment are
  /// @param settings whether a client that shows nothing is asked for credentials
  /// @param policy the one in force, which may know clients by what their certificates say
  public Identifier(TokenStore store, Settings.Identity settings, Supplier<Policy> policy) {
    this.store = store;
    this.settings = settings;
    this.policy = policy;
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
  /// wrong with it; claims behind the token's name count as a part of it. More than one: refused,
  /// since nothing says which counts. The listener of a single client is proof by itself; what is
  /// shown there is looked at only where there are tokens to hold it against.
  public Result identify(Accepted accepted, List<String> proxyAuthorization) {
    if (accepted.ownListener() && (proxyAuthorization.isEmpty() || store.tokens().isEmpty())) {
      return known(accepted, new Proof.OwnListener());
    }
    if (proxyAuthorization.isEmpty()) {
      return byCertificate(accepted).orElseGet(() -> withNothing(accepted));
    }
    if (proxyAuthorization.size() != 1) {
      return new Result.Refused(Reason.CREDENTIALS_WRONG);
    }
    return BasicCredentials.parse(proxyAuthorization.getFirst())
        .flatMap(shown -> proven(accepted, shown))
        .orElseGet(() -> new Result.Refused(Reason.CREDENTIALS_WRONG));
  }

  /// Judges what a client showed in the path of a gateway, `USER:TOKEN`, as it would the same in a
  /// field.
  ///
  /// @param proxyAuthorization none must be shown beside it, since nothing says which counts
  public Result identify(Accepted accepted, String shown, List<String> proxyAuthorization) {
    return Optional.of(shown)
        .filter(
            only -> proxyAuthorization.isEmpty() && shown.length() <= BasicCredentials.MAX_VALUE)
        .flatMap(BasicCredentials::split)
        .flatMap(credentials -> proven(accepted, credentials))
        .orElseGet(() -> new Result.Refused(Reason.CREDENTIALS_WRONG));
  }

  private Result withNothing(Accepted accepted) {
    return settings.required()
        ? new Result.Refused(Reason.CREDENTIALS_MISSING)
        : known(accepted, new Proof.Nothing());
  }

  /// A certificate stands for the requests that show nothing. Where some are on file, or the policy
  /// names some, any other is wrong; where none are, it opened the listener's door and proves no
  /// more.
  private Optional<Result> byCertificate(Accepted accepted) {
    return accepted.certificate().flatMap(shown -> byCertificate(accepted, shown));
  }

  private Optional<Result> byCertificate(Accepted accepted, ClientCertificate shown) {
    Policy inForce = policy.get();
    Optional<Tokens> tokens = store.tokens();
    Optional<Result> known =
        tokens
            .flatMap(file -> file.proven(shown))
            .map(
                one ->
                    known(
                        accepted,
                        new Proof.Certificate(one.name(), one.fingerprint(), shown.names()),
                        one.labels()))
            .or(
                () ->
                    inForce
                        .known(shown.names())
                        .map(
                            one ->
                                known(
                                    accepted,
                                    Proof.Certificate.named(one, shown.names()),
                                    Map.of())));
    boolean someAreKnown =
        inForce.namesCertificates()
            || tokens.filter(file -> !file.certificates().isEmpty()).isPresent();
    return known.isEmpty() && someAreKnown
        ? Optional.of(new Result.Refused(Reason.CREDENTIALS_WRONG))
        : known;
  }

  private Optional<Result> proven(Accepted accepted, BasicCredentials shown) {
    return ProxyUser.parse(shown.user())
        .flatMap(
            user ->
                store
                    .tokens()
                    .flatMap(tokens -> tokens.proven(user.name(), shown.password()))
                    .map(token -> known(accepted, token, user.claimed())));
  }

  private static Result known(Accepted accepted, Token token, Map<String, String> claimed) {
    return new Result.Known(
        new ClientIdentity(
            new Proof.Token(token.name(), token.sha256()),
            accepted.client().getAddress(),
            accepted.listener(),
            token.labels(),
            claimed));
  }

  private static Result known(Accepted accepted, Proof proof) {
    return known(accepted, proof, Map.of());
  }

  private static Result known(Accepted accepted, Proof proof, Map<String, String> labels) {
    return new Result.Known(
        new ClientIdentity(
            proof, accepted.client().getAddress(), accepted.listener(), labels, Map.of()));
  }
}
