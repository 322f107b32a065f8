package dev.sallyport.rules;

import java.net.InetAddress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Who a client is: what it proved, and beside that the facts of its connection.
///
/// @param proof what it showed and we checked
/// @param address where it connects from
/// @param listener the name of the listener that it reached
/// @param labels proven labels, such as a repository; they come with the proof
/// @param claimed what the client says of itself; never widens anything
public record ClientIdentity(
    Proof proof,
    InetAddress address,
    String listener,
    Map<String, String> labels,
    Map<String, String> claimed) {

  public ClientIdentity {
    labels = Map.copyOf(labels);
    claimed = Map.copyOf(claimed);
  }

  /// What a client proved.
  public sealed interface Proof {
    /// Proxy credentials whose token is on file.
    ///
    /// @param name the token's name in the token file
    /// @param fingerprint tells this token from a later one of the same name, without giving its
    ///   secret away; empty when a policy is only asked what it would say
    record Token(String name, String fingerprint) implements Proof {
      /// A token of which nothing but its name is known.
      public Token(String name) {
        this(name, "");
      }
    }

    /// A certificate shown in the handshake with the gate's listener, of a client that is on file
    /// or that the policy names.
    ///
    /// @param name under which it is on file, or what the policy calls it by
    /// @param fingerprint tells what it is known by from a later entry of the same name; empty when
    ///   a policy is only asked what it would say
    /// @param shown all that the certificate says
    record Certificate(String name, String fingerprint, Set<CertificateName> shown)
        implements Proof {
      private static final String NAMED = "policy ";

      public Certificate {
        shown = java.util.Collections.unmodifiableSet(new LinkedHashSet<>(shown));
      }

      /// A certificate that the policy names.
      ///
      /// @param by what the policy knows it by
      public static Certificate named(CertificateName by, Set<CertificateName> shown) {
        return new Certificate(by.value(), NAMED + by, shown);
      }

      /// Whether it is this by which the policy knew it.
      public boolean isNamedBy(CertificateName name) {
        return fingerprint.equals(NAMED + name);
      }

      /// A certificate of which nothing is known but some of what it says, at least one thing.
      public static Certificate saying(List<CertificateName> some) {
        return new Certificate(some.getFirst().value(), "", new LinkedHashSet<>(some));
      }
    }

    /// The connection came in on a listener that belongs to one client alone, as the one of
    /// `sallyport run` does. Such a client is proven, and it showed no credentials: both `any` and
    /// `anonymous` match it.
    record OwnListener() implements Proof {}

    /// No credentials were shown.
    record Nothing() implements Proof {}
  }

  /// A client that showed no credentials.
  public static ClientIdentity anonymous(InetAddress address, String listener) {
    return new ClientIdentity(new Proof.Nothing(), address, listener, Map.of(), Map.of());
  }

  /// The same client with what its proof says of it now.
  public ClientIdentity with(Map<String, String> proven) {
    return new ClientIdentity(proof, address, listener, proven, claimed);
  }

  /// The name to log as `user.name`.
  public Optional<String> userName() {
    return switch (proof) {
      case Proof.Token(String name, String _) -> Optional.of(name);
      case Proof.Certificate(String name, String _, var _) -> Optional.of(name);
      case Proof.OwnListener own -> Optional.empty();
      case Proof.Nothing nothing -> Optional.empty();
    };
  }

  /// Whether the client proved who it is.
  public boolean isProven() {
    return !(proof instanceof Proof.Nothing);
  }

  /// Whether the client showed no credentials.
  public boolean isAnonymous() {
    return switch (proof) {
      case Proof.Token token -> false;
      case Proof.Certificate certificate -> false;
      case Proof.OwnListener own -> true;
      case Proof.Nothing nothing -> true;
    };
  }
}
