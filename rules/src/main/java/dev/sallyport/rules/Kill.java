package dev.sallyport.rules;

import java.time.Instant;
import java.util.Optional;

/// One kill switch that somebody threw: what it refuses, why, by whom and since when.
///
/// @param reason in the words of who threw it; clients are told
/// @param by the user of the machine who threw it
public record Kill(Target target, String reason, String by, Instant at) {
  /// What is refused.
  public sealed interface Target {
    /// Every request of every client.
    record Everything() implements Target {
      @Override
      public String toString() {
        return "everything";
      }
    }

    /// Every request of clients with this token.
    record Client(String name) implements Target {
      @Override
      public String toString() {
        return "client " + name;
      }
    }

    /// Every request from these addresses.
    record From(Cidr range) implements Target {
      @Override
      public String toString() {
        return "client " + range;
      }
    }

    /// Every request to a name and the names below it, or to a range of literals; on every scheme
    /// and port.
    record To(HostPattern hosts) implements Target {
      @Override
      public String toString() {
        return "host " + text(hosts);
      }
    }

    /// Every request that an entry of this class would allow.
    record As(TrafficClass name) implements Target {
      @Override
      public String toString() {
        return "class " + name;
      }
    }
  }

  /// How events name it, such as `kill:host evil.example`.
  public RuleRef rule() {
    return new RuleRef("kill:" + target, Place.whole("the kill switch"));
  }

  /// Whether this client is refused whatever it asks for.
  boolean isAgainst(ClientIdentity client) {
    return switch (target) {
      case Target.Everything() -> true;
      case Target.Client(String name) -> client.userName().equals(Optional.of(name));
      case Target.From(Cidr range) -> range.contains(EmbeddedIpv4.unmapped(client.address()));
      case Target.To _, Target.As _ -> false;
    };
  }

  private static String text(HostPattern hosts) {
    return switch (hosts) {
      case HostPattern.Exact(Host.Name name) -> name.text();
      case HostPattern.Below(Host.Name name) -> name.text();
      case HostPattern.Domain(Host.Name name) -> name.text();
      case HostPattern.Addresses(Cidr range) -> range.toString();
      case HostPattern.Any() -> "any";
    };
  }
}
