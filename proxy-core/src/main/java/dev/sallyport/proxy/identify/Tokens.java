package dev.sallyport.proxy.identify;

import dev.sallyport.rules.ClientIdentity;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The tokens on file at one moment. Immutable; for any thread.
public final class Tokens {
  private static final byte[] NO_HASH = new byte[32];

  private final List<Token> all;
  private final Map<String, Kept> byName;

  private Tokens(List<Token> all, Map<String, Kept> byName) {
    this.all = all;
    this.byName = byName;
  }

  /// A snapshot of these tokens.
  ///
  /// @throws IllegalArgumentException when two have the same name
  public static Tokens of(List<Token> tokens) {
    Map<String, Kept> byName = new HashMap<>();
    for (Token token : tokens) {
      Kept kept = new Kept(token, HexFormat.of().parseHex(token.sha256()));
      if (byName.put(token.name(), kept) != null) {
        throw new IllegalArgumentException("two tokens have the same name");
      }
    }
    return new Tokens(List.copyOf(tokens), byName);
  }

  /// The tokens in the order of the file.
  public List<Token> all() {
    return all;
  }

  /// The token with this name, when the secret is its secret. An unknown name costs the same hash
  /// and the same comparison as a wrong secret, and the comparison looks at every octet, so that
  /// time tells nothing.
  public Optional<Token> proven(String name, String secret) {
    byte[] shown = Secret.sha256(secret);
    Optional<Kept> kept = Optional.ofNullable(byName.get(name));
    boolean same = MessageDigest.isEqual(shown, kept.map(Kept::hash).orElse(NO_HASH));
    return kept.filter(known -> same).map(Kept::token);
  }

  /// The token that a client once proved, as it is on file now; empty when it was revoked, or
  /// another one has its name.
  public Optional<Token> held(ClientIdentity.Proof.Token proven) {
    return Optional.ofNullable(byName.get(proven.name()))
        .map(Kept::token)
        .filter(token -> token.sha256().equals(proven.fingerprint()));
  }

  /// A token with its hash in octets.
  private static final class Kept {
    private final Token token;
    private final byte[] hash;

    Kept(Token token, byte[] hash) {
      this.token = token;
      this.hash = hash;
    }

    Token token() {
      return token;
    }

    byte[] hash() {
      return hash;
    }
  }
}
