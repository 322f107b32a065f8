package dev.sallyport.proxy.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sallyport.proxy.config.Parents.Parent;
import dev.sallyport.rules.Host;
import dev.sallyport.rules.MalformedHostException;
import dev.sallyport.rules.Scheme;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;

/// The URL of a parent proxy, `http://user:password@host:port` or `https://...`, in the strict form
/// of RFC 3986. Nothing that it says quotes the URL, because the URL may hold a password.
public final class ParentUrl {
  private ParentUrl() {}

  /// What is wrong with a URL, in words that do not quote it.
  public static final class MalformedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String why;

    MalformedException(String why) {
      super(why, null, false, false);
      this.why = why;
    }

    /// What is wrong.
    public String why() {
      return why;
    }
  }

  /// Reads a URL. User name and password are percent-decoded (RFC 3986 section 2.1) and become the
  /// value of `Proxy-Authorization` (RFC 7617, in UTF-8). The port must be written, since clients
  /// disagree on a default.
  ///
  /// @throws MalformedException when it is anything else; other schemes are said to be unsupported
  public static Parent parse(String url) throws MalformedException {
    Scheme scheme = scheme(url);
    String rest = url.substring(scheme.text().length() + "://".length());
    int at = rest.lastIndexOf('@');
    String authority = rest.substring(at + 1);
    if (authority.endsWith("/")) {
      authority = authority.substring(0, authority.length() - 1);
    }
    Optional<HostAndPort> parts = HostAndPort.split(authority);
    if (parts.isEmpty()) {
      throw new MalformedException("the URL of the parent proxy must end in `host:port`");
    }
    Optional<Integer> port = SettingValues.port(parts.get().port());
    if (port.isEmpty()) {
      throw new MalformedException("the port of the parent proxy must be a number of 1 to 65535");
    }
    Optional<String> authorization =
        at < 0 ? Optional.empty() : Optional.of(authorization(rest.substring(0, at)));
    return new Parent(scheme, host(parts.get().host()), port.get(), authorization);
  }

  private static Scheme scheme(String url) throws MalformedException {
    String lower = url.toLowerCase(Locale.ROOT);
    for (Scheme scheme : Scheme.values()) {
      if (lower.startsWith(scheme.text() + "://")) {
        return scheme;
      }
    }
    for (String other : new String[] {"socks4", "socks4a", "socks5", "socks5h"}) {
      if (lower.startsWith(other + "://")) {
        throw new MalformedException(
            "a parent proxy with `" + other + "://` is not supported by this version");
      }
    }
    throw new MalformedException(
        "the URL of the parent proxy must begin with `http://` or `https://`");
  }

  private static Host host(String text) throws MalformedException {
    try {
      return Host.parse(text);
    } catch (MalformedHostException wrong) {
      throw new MalformedException(
          "the host of the parent proxy is not a host: " + wrong.getMessage());
    }
  }

  private static String authorization(String userInfo) throws MalformedException {
    int colon = userInfo.indexOf(':');
    String user = decoded(colon < 0 ? userInfo : userInfo.substring(0, colon));
    String password = colon < 0 ? "" : decoded(userInfo.substring(colon + 1));
    if (user.isEmpty() || user.contains(":")) {
      throw new MalformedException(
          "the user name of the parent proxy is empty or holds a colon, which proxy credentials"
              + " cannot carry");
    }
    String pair = user + ":" + password;
    if (pair.chars().anyMatch(Character::isISOControl)) {
      throw new MalformedException("the credentials of the parent proxy hold a control character");
    }
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8));
  }

  private static String decoded(String text) throws MalformedException {
    ByteArrayOutputStream octets = new ByteArrayOutputStream(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '%' && hex(text, i + 1) >= 0) {
        octets.write(hex(text, i + 1));
        i += 2;
      } else if (mayStandInUserInfo(c)) {
        octets.write(c);
      } else {
        throw new MalformedException(
            "the credentials of the parent proxy hold a character that must be percent-encoded");
      }
    }
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(octets.toByteArray())).toString();
    } catch (CharacterCodingException notUtf8) {
      throw new MalformedException("the credentials of the parent proxy are not UTF-8");
    }
  }

  /// The octet that two hexadecimal digits write, or -1.
  private static int hex(String text, int index) {
    if (index + 1 >= text.length()) {
      return -1;
    }
    int high = Character.digit(text.charAt(index), 16);
    int low = Character.digit(text.charAt(index + 1), 16);
    return high < 0 || low < 0 ? -1 : high << 4 | low;
  }

  /// `unreserved`, `sub-delims` and the colon (RFC 3986 section 3.2.1).
  private static boolean mayStandInUserInfo(char c) {
    boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return letter || (c >= '0' && c <= '9') || "-._~!$&'()*+,;=:".indexOf(c) >= 0;
  }
}
