package dev.sallyport.proxy.config;

import dev.sallyport.proxy.config.Settings.Gateways;
import dev.sallyport.proxy.config.Settings.Gateways.Base;
import dev.sallyport.rules.Destination;
import dev.sallyport.rules.Host;
import dev.sallyport.rules.MalformedHostException;
import dev.sallyport.rules.Scheme;
import java.util.Map;
import java.util.Set;

/// The gateways that need no settings: the APIs of models at their vendors, as the catalogues know
/// them.
public final class BuiltInGateways {
  private static final Map<String, Base> BASES =
      Map.of(
          "anthropic", base("api.anthropic.com"),
          "openai", base("api.openai.com"),
          "gemini", base("generativelanguage.googleapis.com"));

  /// The name under which the documentation has clients find a gate.
  private static final Set<Host> HOSTS = Set.of(host("sallyport"));

  private BuiltInGateways() {}

  /// All of them, reachable under the usual names.
  public static Gateways all() {
    return new Gateways(BASES, HOSTS, Set.of());
  }

  private static Base base(String name) {
    return new Base(new Destination(Scheme.HTTPS, host(name), Scheme.HTTPS.defaultPort()), "");
  }

  private static Host host(String name) {
    try {
      return Host.parse(name);
    } catch (MalformedHostException impossible) {
      throw new IllegalStateException(name, impossible);
    }
  }
}
