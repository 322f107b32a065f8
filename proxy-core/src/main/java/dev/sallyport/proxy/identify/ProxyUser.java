package dev.sallyport.proxy.identify;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The user name of proxy credentials: the name of a token, and behind it what the client says of
/// itself, as in `ci-1+repo=acme/x+run=77`. Claims prove nothing; they are written down and may
/// narrow.
///
/// @param name the token's
/// @param claimed in the order of their names
record ProxyUser(String name, Map<String, String> claimed) {
  /// Claims of one user name, at most: as many as an event holds.
  static final int MAX_CLAIMS = 16;

  ProxyUser {
    claimed = java.util.Collections.unmodifiableMap(new TreeMap<>(claimed));
  }

  /// Reads a user name strictly; empty when a claim is not `name=value` in the forms that
  /// [Token#isName] and [Token#isLabelValue] have, a name comes twice, or there are too many. A
  /// value cannot hold a plus sign.
  static Optional<ProxyUser> parse(String user) {
    String[] parts = user.split("\\+", -1);
    if (!Token.isName(parts[0]) || parts.length - 1 > MAX_CLAIMS) {
      return Optional.empty();
    }
    Map<String, String> claimed = new TreeMap<>();
    for (int i = 1; i < parts.length; i++) {
      int equals = parts[i].indexOf('=');
      if (equals < 0) {
        return Optional.empty();
      }
      String name = parts[i].substring(0, equals);
      String value = parts[i].substring(equals + 1);
      boolean wellFormed = Token.isName(name) && Token.isLabelValue(value);
      if (!wellFormed || claimed.putIfAbsent(name, value) != null) {
        return Optional.empty();
      }
    }
    return Optional.of(new ProxyUser(parts[0], claimed));
  }
}
