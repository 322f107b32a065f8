package dev.sallyport.proxy.parse;

import dev.sallyport.rules.Destination;
import dev.sallyport.rules.Host;
import dev.sallyport.rules.MalformedHostException;
import dev.sallyport.rules.Reason;
import dev.sallyport.rules.Scheme;
import java.util.List;

/// Reads request targets. Pure; every target has one reading or is refused.
public final class TargetParser {
  private static final String HTTP = "http://";
  private static final String HTTPS = "https://";
  private static final int MAX_PORT_DIGITS = 5;

  private TargetParser() {}

  /// Reads the target of a request with this method.
  public static Target parse(String method, String target) {
    try {
      return method.equals("CONNECT") ? tunnel(target) : request(target);
    } catch (MalformedHostException malformed) {
      return wrong(malformed.why());
    }
  }

  /// Reads the target of a request that came within an intercepted connection, or in plain http
  /// behind SOCKS.
  ///
  /// @param hosts the values of its Host fields; none at all is taken (HTTP/1.0)
  /// @param permitted where the connection leads
  public static Target within(
      String method, String target, List<String> hosts, Destination permitted) {
    if (method.equals("CONNECT")) {
      return wrong("CONNECT within a tunnel");
    }
    if (target.indexOf('#') >= 0) {
      return wrong("a fragment is not part of a request target");
    }
    for (String host : hosts) {
      if (!isAuthority(host, permitted)) {
        return new Target.Wrong(Reason.HOST_MISMATCH, "");
      }
    }
    if (target.startsWith("/") || (target.equals("*") && method.equals("OPTIONS"))) {
      return request(permitted, target);
    }
    return absolute(target, permitted.scheme() == Scheme.HTTPS ? HTTPS : HTTP, permitted);
  }

  /// Reads the target of a request that was sent to an origin and led here: its Host names the
  /// destination.
  ///
  /// @param hosts the values of its Host fields
  /// @param port that the client connected to, which Host must not contradict
  public static Target ledHere(String method, String target, List<String> hosts, int port) {
    if (method.equals("CONNECT")) {
      return wrong("CONNECT is for proxies, and this listener is none");
    }
    if (hosts.size() != 1) {
      return wrong("a request names its host once");
    }
    try {
      String named = hosts.getFirst();
      int colon = portColon(named);
      Host host = Host.parse(colon < 0 ? named : named.substring(0, colon));
      Destination to = new Destination(Scheme.HTTP, host, port);
      if (colon >= 0 && port(named, colon + 1) != port) {
        return new Target.Wrong(Reason.HOST_MISMATCH, "");
      }
      if (target.indexOf('#') >= 0) {
        return wrong("a fragment is not part of a request target");
      }
      return target.startsWith("/") || (target.equals("*") && method.equals("OPTIONS"))
          ? request(to, target)
          : absolute(target, HTTP, to);
    } catch (MalformedHostException malformed) {
      return wrong(malformed.why());
    }
  }

  /// A server takes absolute URLs as well (RFC 9112 section 3.2.2).
  private static Target absolute(String target, String scheme, Destination permitted) {
    if (!target.regionMatches(true, 0, scheme, 0, scheme.length())) {
      return wrong("a request target begins with a slash");
    }
    int end = authorityEnd(target, scheme.length());
    return isAuthority(target.substring(scheme.length(), end), permitted)
        ? request(permitted, target.substring(end))
        : new Target.Wrong(Reason.HOST_MISMATCH, "");
  }

  private static boolean isAuthority(String text, Destination permitted) {
    try {
      int colon = portColon(text);
      int port = colon < 0 ? permitted.scheme().defaultPort() : port(text, colon + 1);
      return Host.parse(colon < 0 ? text : text.substring(0, colon)).equals(permitted.host())
          && port == permitted.port();
    } catch (MalformedHostException notAHost) {
      return false;
    }
  }

  /// Reads a whole URL, of http or https, as somebody asks about it. Its fragment counts for
  /// nothing, since no client sends it.
  ///
  /// @return a request, or what is wrong
  public static Target url(String url) {
    int fragment = url.indexOf('#');
    String sent = fragment < 0 ? url : url.substring(0, fragment);
    try {
      if (sent.regionMatches(true, 0, HTTPS, 0, HTTPS.length())) {
        return request(Scheme.HTTPS, sent, HTTPS.length());
      }
      return sent.regionMatches(true, 0, HTTP, 0, HTTP.length())
          ? request(Scheme.HTTP, sent, HTTP.length())
          : wrong("a URL begins with `https://` or `http://`");
    } catch (MalformedHostException malformed) {
      return wrong(malformed.why());
    }
  }

  /// Reads `host:port`; the port is not optional.
  private static Target tunnel(String authority) throws MalformedHostException {
    int colon = portColon(authority);
    if (colon < 0) {
      return wrong("CONNECT needs `host:port`");
    }
    Host host = Host.parse(authority.substring(0, colon));
    int port = port(authority, colon + 1);
    return port < 0
        ? wrong("the port is not a number of 1 to 65535")
        : new Target.Tunnel(new Destination(Scheme.HTTPS, host, port));
  }

  private static Target request(String target) throws MalformedHostException {
    if (target.regionMatches(true, 0, HTTPS, 0, HTTPS.length())) {
      return new Target.Wrong(Reason.ABSOLUTE_HTTPS, "an https URL in clear");
    }
    if (!target.regionMatches(true, 0, HTTP, 0, HTTP.length())) {
      return wrong("a proxy request is CONNECT or an absolute http URL");
    }
    return request(Scheme.HTTP, target, HTTP.length());
  }

  /// Reads what stands behind the scheme of a URL.
  private static Target request(Scheme scheme, String target, int start)
      throws MalformedHostException {
    int end = authorityEnd(target, start);
    String authority = target.substring(start, end);
    if (authority.indexOf('@') >= 0) {
      return wrong("user information in a URL is not taken");
    }
    if (target.indexOf('#', end) >= 0) {
      return wrong("a fragment is not part of a request target");
    }
    int colon = portColon(authority);
    Host host = Host.parse(colon < 0 ? authority : authority.substring(0, colon));
    boolean defaultPort = colon < 0 || colon == authority.length() - 1;
    int port = defaultPort ? scheme.defaultPort() : port(authority, colon + 1);
    if (port < 0) {
      return wrong("the port is not a number of 1 to 65535");
    }
    return request(new Destination(scheme, host, port), target.substring(end));
  }

  private static int authorityEnd(String target, int start) {
    int end = start;
    while (end < target.length() && "/?#".indexOf(target.charAt(end)) < 0) {
      end++;
    }
    return end;
  }

  private static Target request(Destination destination, String pathAndQuery) {
    String originForm =
        pathAndQuery.startsWith("/") || pathAndQuery.equals("*")
            ? pathAndQuery
            : "/" + pathAndQuery;
    int question = originForm.indexOf('?');
    String path = question < 0 ? originForm : originForm.substring(0, question);
    int queryLength = question < 0 ? -1 : originForm.length() - question - 1;
    return new Target.Request(destination, originForm, path, queryLength);
  }

  /// The colon in front of the port: behind the bracket of an IPv6 literal, else the last one. -1
  /// without one.
  static int portColon(String authority) {
    int colon = authority.lastIndexOf(':');
    return colon > authority.lastIndexOf(']') ? colon : -1;
  }

  /// One to five decimal digits without a leading zero, 1 to 65535; -1 for anything else.
  static int port(String text, int from) {
    int digits = text.length() - from;
    if (digits < 1 || digits > MAX_PORT_DIGITS || text.charAt(from) == '0') {
      return -1;
    }
    int port = 0;
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      port = port * 10 + (c - '0');
    }
    return port <= Destination.MAX_PORT ? port : -1;
  }

  private static Target.Wrong wrong(String why) {
    return new Target.Wrong(Reason.MALFORMED, why);
  }
}
