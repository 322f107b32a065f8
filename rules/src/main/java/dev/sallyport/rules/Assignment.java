package dev.sallyport.rules;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/// One line of `assign`: which clients get a profile. The first line that matches decides.
///
/// @param all every one of these must hold; at least one
public record Assignment(List<Condition> all, String profile, RuleRef rule) {
  public Assignment {
    all = List.copyOf(all);
    if (all.isEmpty()) {
      throw new IllegalArgumentException("an assignment has a condition");
    }
  }

  /// Whether this client is meant.
  public boolean matches(ClientIdentity client) {
    for (Condition condition : all) {
      if (!condition.matches(client)) {
        return false;
      }
    }
    return true;
  }

  /// What a client must be.
  public sealed interface Condition {
    /// Whether this client is meant.
    boolean matches(ClientIdentity client);

    /// A token by name; a trailing `*` stands for any rest.
    record TokenNamed(String pattern) implements Condition {
      @Override
      public boolean matches(ClientIdentity client) {
        if (!(client.proof() instanceof ClientIdentity.Proof.Token(String name, String _))) {
          return false;
        }
        return fits(pattern, name);
      }
    }

    /// A certificate that says exactly this of its client. One who shows a token too is known by
    /// that.
    record Certified(CertificateName name) implements Condition {
      @Override
      public boolean matches(ClientIdentity client) {
        return client.proof() instanceof ClientIdentity.Proof.Certificate certificate
            && certificate.shown().contains(name);
      }
    }

    /// Proven labels, each with its value; a trailing `*` stands for any rest.
    record Labelled(SortedMap<String, String> wanted) implements Condition {
      @Override
      public boolean matches(ClientIdentity client) {
        return client.isProven() && all(wanted, client.labels());
      }
    }

    /// Labels that the client gives itself. They stand beside something proven and only narrow.
    record Claiming(SortedMap<String, String> wanted) implements Condition {
      @Override
      public boolean matches(ClientIdentity client) {
        return all(wanted, client.claimed());
      }
    }

    private static boolean all(Map<String, String> wanted, Map<String, String> labels) {
      for (Map.Entry<String, String> label : wanted.entrySet()) {
        String value = labels.get(label.getKey());
        if (value == null || !fits(label.getValue(), value)) {
          return false;
        }
      }
      return true;
    }

    private static boolean fits(String pattern, String value) {
      return pattern.endsWith("*")
          ? value.startsWith(pattern.substring(0, pattern.length() - 1))
          : value.equals(pattern);
    }

    /// A client address.
    record From(Cidr range) implements Condition {
      @Override
      public boolean matches(ClientIdentity client) {
        return range.contains(client.address());
      }
    }

    /// The listener that the client reached.
    record Through(String listener) implements Condition {
      @Override
      public boolean matches(ClientIdentity client) {
        return listener.equals(client.listener());
      }
    }

    /// Any client that proved who it is (`any: true`).
    record Proven() implements Condition {
      @Override
      public boolean matches(ClientIdentity client) {
        return client.isProven();
      }
    }

    /// A client that showed no credentials (`anonymous: true`).
    record Anonymous() implements Condition {
      @Override
      public boolean matches(ClientIdentity client) {
        return client.isAnonymous();
      }
    }
  }
}
