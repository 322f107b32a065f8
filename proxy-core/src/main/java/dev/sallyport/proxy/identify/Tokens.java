package dev.sallyport.proxy.identify;

import dev.sallyport.proxy.stage.ClientCertificate;
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
  private final List<KnownCertificate> certificates;

  private Tokens(List<Token> all, Map<String, Kept> byName, List<KnownCertificate> certificates) {
    this.all = all;
    this.byName = byName;
    this.certificates = List.copyOf(certificates);
  }

  /// A snapshot of these tokens.
  ///
  /// @throws IllegalArgumentException when two have the same name
  public static Tokens of(List<Token> tokens) {
    return of(tokens, List.of());
  }

  /// A snapshot of these tokens, and of clients that are known by their certificates.
  ///
  /// @throws IllegalArgumentException when two tokens have the same name
  public static Tokens of(List<Token> tokens, List<KnownCertificate> certificates) {
    Map<String, Kept> byName = new HashMap<>();
    for (Token token : tokens) {
      Kept kept = new Kept(token, HexFormat.of().parseHex(token.sha256()));
      if (byName.put(token.name(), kept) != null) {
        throw new IllegalArgumentException("two tokens have the same name");
      }
    }
    return new Tokens(List.copyOf(tokens), byName, certificates);
  }

  /// The tokens in the order of the file.
  public List<Token> all() {
    return all;
  }

  /// The clients that are known by certificates, in the order of the file.
  public List<KnownCertificate> certificates() {
    return certificates;
  }

  /// The client that this certificate is of: the first that fits.
  public Optional<KnownCertificate> proven(ClientCertificate shown) {
    return certificates.stream().filter(known -> known.matches(shown)).findFirst();
  }

  /// The client that once proved a certificate, as it is on file now; empty when it is no more, or
  /// is known by something else.
  public Optional<KnownCertificate> held(ClientIdentity.Proof.Certificate proven) {
    return certificates.stream()
        .filter(known -> known.name().equals(proven.name()))
        .filter(known -> known.fingerprint().equals(proven.fingerprint()))
        .findFirst();
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
