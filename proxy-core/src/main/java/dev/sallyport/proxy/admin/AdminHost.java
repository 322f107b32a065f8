package dev.sallyport.proxy.admin;

import dev.sallyport.rules.Host;
import dev.sallyport.rules.MalformedHostException;
import java.util.Collection;
import java.util.Set;

/// Which `Host` fields the admin listener accepts: address literals, `localhost` and the names of
/// `admin.hosts`, with or without a port.
///
/// Against DNS rebinding: a web page whose own name is made to resolve to this machine can have a
/// browser send requests here and may read the answers, but its name then stands in `Host`.
final class AdminHost {
  private static final String LOCALHOST = "localhost";
  private static final int MAX_PORT_DIGITS = 5;

  private final Set<Host.Name> names;

  /// @param names beside `localhost`
  AdminHost(Collection<Host.Name> names) {
    this.names = Set.copyOf(names);
  }

  /// Whether a field value is accepted. Never throws.
  boolean isAccepted(String field) {
    int colon = portColon(field);
    if (colon < 0) {
      return isAcceptedHost(field);
    }
    return isPort(field.substring(colon + 1)) && isAcceptedHost(field.substring(0, colon));
  }

  /// The colon before the port, outside the brackets of an IPv6 literal; -1 when there is none.
  private static int portColon(String field) {
    int colon = field.lastIndexOf(':');
    return colon > field.lastIndexOf(']') ? colon : -1;
  }

  private static boolean isPort(String text) {
    return text.length() <= MAX_PORT_DIGITS
        && text.chars().allMatch(digit -> digit >= '0' && digit <= '9');
  }

  private boolean isAcceptedHost(String text) {
    try {
      return switch (Host.parse(text)) {
        case Host.Literal literal -> true;
        case Host.Name name -> name.text().equals(LOCALHOST) || names.contains(name);
      };
    } catch (MalformedHostException notAHost) {
      return false;
    }
  }
}
