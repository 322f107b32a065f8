package dev.sallyport.mitm.authority;

import io.netty.util.NetUtil;
import java.util.Collection;
import java.util.SortedSet;
import java.util.TreeSet;

/// The hosts that the intercepting issuer may sign for, as its name constraints say it.
public sealed interface Permitted {
  /// Most names that are written into an issuer: it goes to every client in every handshake.
  int MAX_NAMES = 1024;

  /// Every name and every address: for a policy that intercepts hosts that it cannot list.
  record Anything() implements Permitted {}

  /// These only.
  ///
  /// @param domains each permits itself and every name below it, since a constraint of X.509 cannot
  ///   say less (RFC 5280 section 4.2.1.10); none is below another
  /// @param addresses literals in canonical text; all others are excluded
  record Only(SortedSet<String> domains, SortedSet<String> addresses) implements Permitted {
    /// Copies.
    public Only {
      domains = java.util.Collections.unmodifiableSortedSet(new TreeSet<>(domains));
      addresses = java.util.Collections.unmodifiableSortedSet(new TreeSet<>(addresses));
    }
  }

  /// The least constraint that permits all of `hosts`.
  ///
  /// @param hosts canonical: names in lower case without a trailing dot, for a suffix its base
  ///   (`example.com` for `*.example.com`); address literals without brackets
  /// @throws IllegalArgumentException when they are more than [#MAX_NAMES]
  static Permitted hosts(Collection<String> hosts) {
    TreeSet<String> names = new TreeSet<>();
    TreeSet<String> addresses = new TreeSet<>();
    for (String host : hosts) {
      (isAddress(host) ? addresses : names).add(host);
    }
    TreeSet<String> domains = new TreeSet<>();
    for (String name : names) {
      if (!belowAny(name, names)) {
        domains.add(name);
      }
    }
    if (domains.size() + addresses.size() > MAX_NAMES) {
      throw new IllegalArgumentException(
          "the policy intercepts `"
              + (domains.size() + addresses.size())
              + "` hosts by name, more than the "
              + MAX_NAMES
              + " that one issuer can be held to: intercept their common domains");
    }
    return new Only(domains, addresses);
  }

  /// Whether a leaf for `host`, in canonical text, is permitted.
  default boolean permits(String host) {
    return switch (this) {
      case Anything _ -> true;
      case Only only ->
          isAddress(host)
              ? only.addresses().contains(host)
              : only.domains().contains(host) || belowAny(host, only.domains());
    };
  }

  /// Whether everything that `other` permits is permitted here.
  default boolean covers(Permitted other) {
    return switch (this) {
      case Anything _ -> true;
      case Only here ->
          switch (other) {
            case Anything _ -> false;
            case Only there ->
                there.domains().stream().allMatch(here::permits)
                    && there.addresses().stream().allMatch(here::permits);
          };
    };
  }

  /// Whether the text is an address literal rather than a name.
  static boolean isAddress(String host) {
    return NetUtil.isValidIpV4Address(host) || NetUtil.isValidIpV6Address(host);
  }

  private static boolean belowAny(String name, SortedSet<String> domains) {
    for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
      if (domains.contains(name.substring(dot + 1))) {
        return true;
      }
    }
    return false;
  }
}
