package dev.sallyport.proxy.reply;

import dev.sallyport.rules.Host;
import dev.sallyport.rules.HostPattern;
import dev.sallyport.rules.catalog.CatalogEntry;
import dev.sallyport.rules.catalog.Catalogs;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// The vendors of models whose clients show an error's sentence to people when it has the form that
/// they know.
public enum ModelVendor {
  ANTHROPIC("anthropic", "anthropic"),
  OPENAI("openai", "codex");

  private static final String MODEL = "model";

  private final String gateway;
  private final String catalog;

  ModelVendor(String gateway, String catalog) {
    this.gateway = gateway;
    this.catalog = catalog;
  }

  /// The name of the gateway that leads to its models.
  public String gateway() {
    return gateway;
  }

  /// Which hosts are whose, as the catalogues say. Safe on any thread.
  public static final class Hosts {
    private final Map<Host, ModelVendor> byHost;

    private Hosts(Map<Host, ModelVendor> byHost) {
      this.byHost = byHost;
    }

    /// Reads the catalogues: not for event loops.
    public static Hosts builtIn() {
      Map<Host, ModelVendor> byHost = new HashMap<>();
      for (ModelVendor vendor : values()) {
        Catalogs.builtIn()
            .vendor(vendor.catalog)
            .ifPresent(all -> all.hosts().forEach(entry -> add(entry, vendor, byHost)));
      }
      return new Hosts(byHost);
    }

    private static void add(CatalogEntry entry, ModelVendor vendor, Map<Host, ModelVendor> to) {
      if (entry.trafficClass().name().equals(MODEL)
          && entry.pattern() instanceof HostPattern.Exact(Host.Name name)) {
        to.put(name, vendor);
      }
    }

    /// The same with one more.
    public Hosts and(Host host, ModelVendor vendor) {
      Map<Host, ModelVendor> more = new HashMap<>(byHost);
      more.putIfAbsent(host, vendor);
      return new Hosts(more);
    }

    /// Whose models answer there.
    public Optional<ModelVendor> vendor(Host host) {
      return Optional.ofNullable(byHost.get(host));
    }
  }
}
