package dev.sallyport.rules;

import java.util.List;

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
        if (!(client.proof() instanceof ClientIdentity.Proof.Token(String name))) {
          return false;
        }
        return pattern.endsWith("*")
            ? name.startsWith(pattern.substring(0, pattern.length() - 1))
            : name.equals(pattern);
      }
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
