package dev.sallyport.proxy.parse;

import dev.sallyport.rules.Host;
import dev.sallyport.rules.MalformedHostException;
import dev.sallyport.rules.PathForm;
import java.util.Optional;

/// A request target by which a client asks for a gateway: `/gateway/NAME/...`, or with credentials
/// `/gateway/@USER:TOKEN/NAME/...`. Pure.
///
/// @param shown what stands behind the `@`; a secret
/// @param name of the gateway, as the client wrote it
/// @param path behind the name: begins with a slash, or is empty
/// @param query from the question mark on; empty without one
public record GatewayTarget(Optional<String> shown, String name, String path, String query) {
  private static final String PREFIX = "/gateway";

  /// Whether a target asks for a gateway, well or badly.
  public static boolean isOne(String target) {
    return target.startsWith(PREFIX)
        && (target.length() == PREFIX.length()
            || "/?".indexOf(target.charAt(PREFIX.length())) >= 0);
  }

  /// Takes a target apart.
  ///
  /// @param target of which [#isOne] is true
  public static GatewayTarget of(String target) {
    int mark = target.indexOf('?');
    String path = mark < 0 ? target : target.substring(0, mark);
    String query = mark < 0 ? "" : target.substring(mark);
    String rest = path.length() == PREFIX.length() ? "" : path.substring(PREFIX.length() + 1);
    Optional<String> shown = Optional.empty();
    if (rest.startsWith("@")) {
      String segment = segment(rest);
      shown = Optional.of(segment.substring(1));
      rest = rest.length() == segment.length() ? "" : rest.substring(segment.length() + 1);
    }
    String name = segment(rest);
    return new GatewayTarget(shown, name, rest.substring(name.length()), query);
  }

  private static String segment(String path) {
    int slash = path.indexOf('/');
    return slash < 0 ? path : path.substring(0, slash);
  }

  /// Why the path could lead out of the gateway's base, for a person; empty when nothing in it can
  /// be read in two ways. An encoded slash is held against both of its readings.
  public Optional<String> ambiguity() {
    if (query.indexOf('#') >= 0 || path.indexOf('#') >= 0) {
      return Optional.of("a fragment is not part of a request target");
    }
    if (path.isEmpty()) {
      return Optional.empty();
    }
    PathForm form = PathForm.of(path);
    if (form == PathForm.ENCODED_SLASH) {
      form = PathForm.of(path.replace("%2f", "/").replace("%2F", "/"));
    }
    return form == PathForm.CANONICAL ? Optional.empty() : Optional.of(form.sentence());
  }

  /// Path and query for the origin.
  ///
  /// @param base what stands before them: a path without a slash at its end, or nothing
  public String under(String base) {
    String whole = base + path;
    return (whole.isEmpty() ? "/" : whole) + query;
  }

  /// The host of a Host field; empty when it is none.
  public static Optional<Host> host(String field) {
    try {
      int colon = TargetParser.portColon(field);
      boolean right = colon < 0 || TargetParser.port(field, colon + 1) > 0;
      return right
          ? Optional.of(Host.parse(colon < 0 ? field : field.substring(0, colon)))
          : Optional.empty();
    } catch (MalformedHostException notAHost) {
      return Optional.empty();
    }
  }

  /// Without the secret.
  @Override
  public String toString() {
    return "GatewayTarget[" + name + "]";
  }
}
