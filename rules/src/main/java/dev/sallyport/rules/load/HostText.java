package dev.sallyport.rules.load;

import dev.sallyport.rules.Cidr;
import dev.sallyport.rules.Host;
import dev.sallyport.rules.MalformedHostException;
import dev.sallyport.rules.Place;
import java.util.Optional;

/// Reads host names and address ranges of a policy, and says which word of the language somebody
/// was looking for.
final class HostText {
  private HostText() {}

  /// The name behind `host`, `domain` or `subdomains-of`, or behind nothing at all.
  ///
  /// @param key the word before it; `host` for a bare one
  static Optional<Host.Name> name(String key, Node.Scalar scalar, Problems problems) {
    String text = scalar.text();
    Place place = scalar.place();
    if (text.indexOf('*') >= 0) {
      problems.add(
          place,
          Problem.quote(text) + " is not a host: there are no wildcards",
          insteadOfWildcard(key, text));
      return Optional.empty();
    }
    try {
      switch (Host.parse(text)) {
        case Host.Name name -> {
          return Optional.of(name);
        }
        case Host.Literal literal ->
            problems.add(
                place,
                Problem.quote(text) + " is an address, not a name",
                "write `address: " + literal.text() + "`");
      }
    } catch (MalformedHostException wrong) {
      problems.add(
          place,
          Problem.quote(text) + " is not a host: " + wrong.getMessage(),
          insteadOfMalformed(key, text));
    }
    return Optional.empty();
  }

  /// One address or a range.
  ///
  /// @param key the word before it
  static Optional<Cidr> range(String key, Node.Scalar scalar, Problems problems) {
    String text = scalar.text();
    try {
      return Optional.of(Cidr.parse(text));
    } catch (MalformedHostException wrong) {
      problems.add(
          scalar.place(),
          Problem.quote(key)
              + " must be an address or a range, not "
              + Problem.quote(text)
              + ": "
              + wrong.getMessage(),
          insteadOfRange(key, text));
      return Optional.empty();
    }
  }

  private static String insteadOfWildcard(String key, String text) {
    if (text.equals("*")) {
      return "for every host write `any: true`";
    }
    String rest = text.replaceFirst("^\\*+\\.", "");
    if (!isName(rest)) {
      return "use `subdomains-of` for every name below one, `domain` for a name and all below it";
    }
    return key.equals("domain")
        ? "`domain: " + rest + "` stands for it and every name below it"
        : "for every name below " + Problem.quote(rest) + " write `subdomains-of: " + rest + "`";
  }

  private static String insteadOfMalformed(String key, String text) {
    if (text.chars().anyMatch(c -> c > 0x7f)) {
      return "names are ASCII: write its `xn--` form";
    }
    int scheme = text.indexOf("://");
    if (scheme >= 0 || text.indexOf('/') >= 0) {
      String authority = text.substring(scheme >= 0 ? scheme + 3 : 0).split("[/?#]", 2)[0];
      return isName(authority) ? write(key, authority) : "write the host alone";
    }
    int colon = text.lastIndexOf(':');
    if (colon >= 0 && isName(text.substring(0, colon))) {
      return write(key, text.substring(0, colon)) + " and `ports: [" + shown(text, colon) + "]`";
    }
    if (text.startsWith(".") && isName(text.substring(1))) {
      return "for every name below it write `subdomains-of: " + text.substring(1) + "`";
    }
    return "";
  }

  private static String insteadOfRange(String key, String text) {
    if (text.startsWith("[") && text.endsWith("]")) {
      return "leave out the brackets";
    }
    if (key.equals("address") && isName(text)) {
      return write("host", text);
    }
    return "write it as in `10.1.0.0/16` or `2001:db8::/32`";
  }

  private static String write(String key, String name) {
    return "write `" + key + ": " + name + "`";
  }

  private static String shown(String text, int colon) {
    String port = text.substring(colon + 1);
    return Values.integer(port).isPresent() ? port : "443";
  }

  private static boolean isName(String text) {
    try {
      return Host.parse(text) instanceof Host.Name;
    } catch (MalformedHostException wrong) {
      return false;
    }
  }
}
