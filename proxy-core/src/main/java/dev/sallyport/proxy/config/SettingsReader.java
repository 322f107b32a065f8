package dev.sallyport.proxy.config;

import dev.sallyport.proxy.config.Settings.Audit;
import dev.sallyport.proxy.config.Settings.Identity;
import dev.sallyport.proxy.config.Settings.Log;
import dev.sallyport.rules.load.Fields;
import dev.sallyport.rules.load.Node;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads the whole of the settings, section by section, filling in the defaults.
final class SettingsReader {
  private static final long MIN_ROTATE_SIZE = 4 * 1024;
  private static final long MAX_ROTATE_SIZE = 1L << 40;
  private static final long DEFAULT_ROTATE_SIZE = 256L * 1024 * 1024;
  private static final Duration MIN_KEEP = Duration.ofSeconds(1);
  private static final Duration MAX_KEEP = Duration.ofDays(36_500);
  private static final Duration DEFAULT_KEEP = Duration.ofDays(400);

  private final SettingValues values;
  private final Defaults defaults;
  private boolean requiredIsGiven;

  SettingsReader(SettingValues values, Defaults defaults) {
    this.values = values;
    this.defaults = defaults;
  }

  /// Paths that hold where the settings give none.
  ///
  /// @param tokens used only where such a file exists
  record Defaults(Path control, Path tokens, Path auditFile, Path authority) {}

  /// Reads the settings. What is returned is of use only when no problem was recorded.
  LoadedSettings read(Fields root) {
    ListenReader listeners = new ListenReader(values);
    List<Listen> listen = listeners.listen(root);
    Settings.Admin admin = listeners.admin(root);
    Settings read =
        new Settings(
            listen,
            Optional.of(admin),
            Optional.of(path(root, "control").orElse(defaults.control())),
            path(root, "policy"),
            identity(root, listen),
            audit(root),
            new ResolveReader(values).resolve(root),
            ownAddresses(root),
            new ConnectToReader(values).connectTo(root),
            new UpstreamReader(values).upstream(root),
            new InterceptReader(values, defaults.authority()).intercept(root),
            new GatewayReader(values).gateways(root),
            new LimitsReader(values).limits(root),
            log(root),
            new DnsReader(values).dns(root));
    root.finish();
    return new LoadedSettings(
        read, requiredIsGiven, read.identity().tokens().orElse(defaults.tokens()));
  }

  private Identity identity(Fields root, List<Listen> listen) {
    Fields identity = values.section(root, "identity");
    Optional<Path> tokens = path(identity, "tokens");
    if (tokens.isEmpty() && Files.exists(defaults.tokens())) {
      tokens = Optional.of(defaults.tokens());
    }
    Optional<Boolean> required = identity.bool("required");
    requiredIsGiven = required.isPresent();
    boolean reachable = listen.stream().anyMatch(SettingsReader::isReachable);
    Identity read = new Identity(tokens, required.orElse(reachable));
    identity.finish();
    return read;
  }

  /// Whether others than this machine's own clients get there, behind a balancer too.
  private static boolean isReachable(Listen one) {
    return !one.address().isLoopbackAddress() || !one.balancers().isEmpty();
  }

  private Audit audit(Fields root) {
    Fields audit = values.section(root, "audit");
    Fields rotate = values.section(audit, "rotate");
    Audit read =
        new Audit(
            path(audit, "file").orElse(defaults.auditFile()),
            rotate.size("size", MIN_ROTATE_SIZE, MAX_ROTATE_SIZE).orElse(DEFAULT_ROTATE_SIZE),
            rotate.duration("keep-for", MIN_KEEP, MAX_KEEP).orElse(DEFAULT_KEEP),
            audit
                .choice("on-failure", List.of("refuse", "continue"))
                .equals(Optional.of("continue")));
    rotate.finish();
    audit.finish();
    return read;
  }

  private List<InetAddress> ownAddresses(Fields root) {
    List<InetAddress> addresses = new ArrayList<>();
    for (Node.Scalar address : root.texts("own-addresses")) {
      values.address(address).ifPresent(addresses::add);
    }
    return addresses;
  }

  private Log log(Fields root) {
    Fields log = values.section(root, "log");
    Log read =
        new Log(
            log.choice("level", List.of("error", "warn", "info", "debug", "trace")).orElse("info"),
            log.choice("format", List.of("text", "json")).equals(Optional.of("json")));
    log.finish();
    return read;
  }

  private Optional<Path> path(Fields fields, String key) {
    return fields.scalar(key).flatMap(values::path);
  }
}
