package dev.sallyport.rules.check;

import dev.sallyport.rules.Destination;
import dev.sallyport.rules.Host;
import dev.sallyport.rules.MalformedHostException;
import java.util.Locale;
import java.util.Optional;

/// A domain pattern as Claude Code's settings and sandbox-runtime write it, with its meaning there:
/// `name` is that host, `*.name` every name below it at any depth and not itself, `*` everything.
/// Case does not count, nor does one trailing dot.
///
/// @param host the host, or for `*.name` what stands behind the star; empty for `*`
/// @param below whether the names below are meant instead of the host
/// @param port the one port that is meant; empty for every port
public record DomainPattern(Optional<Host> host, boolean below, Optional<Integer> port) {
  private static final String STAR = "*";

  /// Reads a pattern.
  ///
  /// @throws MalformedHostException when it is none, or one that the policy language has no word
  ///   for; the message says why
  public static DomainPattern parse(String text) throws MalformedHostException {
    if (text.equals(STAR)) {
      return new DomainPattern(Optional.empty(), true, Optional.empty());
    }
    int colon = text.lastIndexOf(':');
    boolean bare = colon <= text.lastIndexOf(']');
    Optional<Integer> port = bare ? Optional.empty() : Optional.of(port(text.substring(colon + 1)));
    String name = bare ? text : text.substring(0, colon);
    boolean below = name.startsWith("*.");
    String rest = below ? name.substring(2) : name;
    if (rest.contains(STAR)) {
      throw new MalformedHostException(
          "a star inside a name has no counterpart; name the hosts one by one");
    }
    Host host = Host.parse(rest);
    if (below && host instanceof Host.Literal) {
      throw new MalformedHostException("nothing lies below an address");
    }
    return new DomainPattern(Optional.of(host), below, port);
  }

  /// Whether every host is meant.
  public boolean isEverything() {
    return host.isEmpty();
  }

  /// Whether a host is meant, by a comparison of texts as the other program does it.
  public boolean matches(String name) {
    String text = name.toLowerCase(Locale.ROOT);
    String plain = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
    return host.map(
            wanted -> below ? plain.endsWith("." + wanted.text()) : plain.equals(wanted.text()))
        .orElse(true);
  }

  /// The pattern as it would be written.
  public String text() {
    String name = host.map(wanted -> (below ? "*." : "") + wanted.authorityText()).orElse(STAR);
    return port.map(only -> name + ":" + only).orElse(name);
  }

  /// The key and value of an entry or a deny rule, such as `host: example.org`; empty for `*`.
  public Optional<String> words() {
    return host.map(
        wanted ->
            switch (wanted) {
              case Host.Literal literal -> "address: \"" + literal.text() + "\"";
              case Host.Name name ->
                  (below ? "subdomains-of: " : "host: ") + PolicyDraft.quoted(name.text());
            });
  }

  private static int port(String text) throws MalformedHostException {
    try {
      int port = Integer.parseInt(text);
      if (port >= 1 && port <= Destination.MAX_PORT && text.length() <= 5) {
        return port;
      }
    } catch (NumberFormatException wrong) {
      // Told below.
    }
    throw new MalformedHostException("a port is 1 to 65535");
  }
}
