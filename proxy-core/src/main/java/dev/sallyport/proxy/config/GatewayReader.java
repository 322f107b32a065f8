package dev.sallyport.proxy.config;

import dev.sallyport.proxy.config.Settings.Gateways;
import dev.sallyport.proxy.config.Settings.Gateways.Base;
import dev.sallyport.rules.Destination;
import dev.sallyport.rules.Host;
import dev.sallyport.rules.PathForm;
import dev.sallyport.rules.Scheme;
import dev.sallyport.rules.load.Fields;
import dev.sallyport.rules.load.Node;
import dev.sallyport.rules.load.Problem;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Reads `gateway`. A gate has gateways when the section is there, be it empty: the built-in ones
/// and those of `bases`.
final class GatewayReader {
  /// As a base, leaves a built-in name out.
  private static final String NONE = "none";

  private static final String EXAMPLE = "`https://llm.example.org` or `https://llm.example.org/v1`";
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");
  private static final Pattern WEB_ORIGIN =
      Pattern.compile("[a-z][a-z0-9+.-]*://[a-z0-9._-]+(?::[1-9][0-9]{0,4})?");

  private final SettingValues values;

  GatewayReader(SettingValues values) {
    this.values = values;
  }

  Gateways gateways(Fields root) {
    if (!root.has("gateway")) {
      return Gateways.NONE;
    }
    Fields gateway = values.section(root, "gateway");
    Gateways usual = BuiltInGateways.all();
    Map<String, Base> bases = new HashMap<>(usual.bases());
    for (Node.Field field : gateway.mapping("bases").map(Node.Mapping::fields).orElse(List.of())) {
      base(gateway, field, bases);
    }
    boolean named = gateway.has("hosts");
    Gateways read = new Gateways(bases, named ? hosts(gateway) : usual.hosts(), origins(gateway));
    gateway.finish();
    return read;
  }

  private void base(Fields gateway, Node.Field field, Map<String, Base> bases) {
    if (!NAME.matcher(field.name()).matches()) {
      values.problem(
          field.place(),
          Problem.quote(field.name()) + " cannot name a gateway",
          "use 1 to 64 small letters, digits, `.`, `_` or `-`, a letter or digit first");
      return;
    }
    Optional<Node.Scalar> url = gateway.asText(field.name(), field.value());
    if (url.map(Node.Scalar::text).equals(Optional.of(NONE))) {
      bases.remove(field.name());
    } else {
      url.flatMap(this::base).ifPresent(base -> bases.put(field.name(), base));
    }
  }

  /// A URL is not quoted: somebody may have put credentials into it.
  private Optional<Base> base(Node.Scalar url) {
    Optional<Scheme> scheme = scheme(url.text());
    if (scheme.isEmpty()) {
      return wrong(url, "the base of a gateway begins with `https://` or `http://`");
    }
    String rest = url.text().substring(scheme.get().text().length() + "://".length());
    int slash = rest.indexOf('/');
    String authority = slash < 0 ? rest : rest.substring(0, slash);
    String path = slash < 0 ? "" : rest.substring(slash);
    path = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    if (authority.indexOf('@') >= 0) {
      return wrong(url, "the base of a gateway holds user information, which is not sent");
    }
    boolean pathOnly = path.indexOf('?') < 0 && path.indexOf('#') < 0;
    if (!pathOnly || (!path.isEmpty() && PathForm.of(path) != PathForm.CANONICAL)) {
      return wrong(url, "the base of a gateway ends with a path in canonical form, or with none");
    }
    int colon = authority.lastIndexOf(':');
    boolean port = colon > authority.lastIndexOf(']');
    Optional<Integer> at =
        port
            ? SettingValues.port(authority.substring(colon + 1))
            : Optional.of(scheme.get().defaultPort());
    if (at.isEmpty()) {
      return wrong(url, "the base of a gateway has no port of 1 to 65535");
    }
    String prefix = path;
    return values
        .host(url, port ? authority.substring(0, colon) : authority)
        .map(host -> new Base(new Destination(scheme.get(), host, at.get()), prefix));
  }

  private Optional<Base> wrong(Node.Scalar url, String why) {
    values.problem(url.place(), why, "write a URL such as " + EXAMPLE);
    return Optional.empty();
  }

  private static Optional<Scheme> scheme(String url) {
    for (Scheme scheme : Scheme.values()) {
      String begin = scheme.text() + "://";
      if (url.regionMatches(true, 0, begin, 0, begin.length())) {
        return Optional.of(scheme);
      }
    }
    return Optional.empty();
  }

  private Set<Host> hosts(Fields gateway) {
    Set<Host> hosts = new HashSet<>();
    for (Node.Scalar host : gateway.texts("hosts")) {
      values.host(host).ifPresent(hosts::add);
    }
    return hosts;
  }

  private Set<String> origins(Fields gateway) {
    Set<String> origins = new HashSet<>();
    for (Node.Scalar written : gateway.texts("web-origins")) {
      String origin = written.text().toLowerCase(Locale.ROOT);
      if (WEB_ORIGIN.matcher(origin).matches()) {
        origins.add(origin);
      } else {
        values.problem(
            written.place(),
            Problem.quote(written.text()) + " is not the origin of a web page",
            "write `scheme://host` or `scheme://host:port`, as browsers send it");
      }
    }
    return origins;
  }
}
