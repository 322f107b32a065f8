package dev.sallyport.proxy.run;

import dev.sallyport.rules.ClientIdentity;
import dev.sallyport.rules.Decision;
import dev.sallyport.rules.Destination;
import dev.sallyport.rules.Host;
import dev.sallyport.rules.HostPattern;
import dev.sallyport.rules.MalformedHostException;
import dev.sallyport.rules.Policy;
import dev.sallyport.rules.Scheme;
import dev.sallyport.rules.TrafficClass;
import dev.sallyport.rules.catalog.Catalogs;
import java.net.InetAddress;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// What a child's git does with ssh, which no gate carries: where the policy allows a host for
/// source control, git takes https instead; anywhere else it says why it does not go.
///
/// git reads further configuration from `GIT_CONFIG_COUNT`, `GIT_CONFIG_KEY_0` and so on; what
/// stands there already is kept.
public final class GitSsh {
  private static final TrafficClass SOURCE_CONTROL = new TrafficClass("source-control");
  private static final String COUNT = "GIT_CONFIG_COUNT";
  private static final String KEY = "GIT_CONFIG_KEY_";
  private static final String VALUE = "GIT_CONFIG_VALUE_";

  /// Settings of a user's own that are counted; git itself takes no more than fit into memory.
  private static final int MAX_THEIRS = 10_000;

  /// A shell command: git puts its own words behind it.
  private static final String SENTENCE =
      "printf '%s\\n' 'sallyport: ssh does not leave this way, and the policy allows no git over"
          + " https at this host: ask for it, or use a remote that it allows' >&2; exit 1; :";

  private GitSsh() {}

  /// Which hosts git can reach over https instead.
  ///
  /// @param named hosts to ask for beside those of the catalogues, as remotes name them
  public static Set<String> allowed(Policy policy, Collection<String> named, Instant now) {
    Set<String> hosts = new TreeSet<>(named);
    Catalogs.builtIn()
        .all()
        .forEach(
            vendor ->
                vendor.hosts().stream()
                    .filter(entry -> entry.trafficClass().equals(SOURCE_CONTROL))
                    .forEach(
                        entry -> {
                          if (entry.pattern() instanceof HostPattern.Exact(Host.Name name)) {
                            hosts.add(name.text());
                          }
                        }));
    Set<String> allowed = new TreeSet<>();
    for (String host : hosts) {
      if (isAllowed(policy, host, now)) {
        allowed.add(host);
      }
    }
    return allowed;
  }

  private static boolean isAllowed(Policy policy, String host, Instant now) {
    try {
      ClientIdentity child =
          new ClientIdentity(
              new ClientIdentity.Proof.OwnListener(),
              InetAddress.ofLiteral("127.0.0.1"),
              RunSettings.LISTENER,
              Map.of(),
              Map.of());
      Destination to = new Destination(Scheme.HTTPS, Host.parse(host), Scheme.HTTPS.defaultPort());
      Decision decision = policy.decideWithin(SOURCE_CONTROL, child, to, now);
      return decision.permit().isPresent()
          && decision.trafficClass().filter(SOURCE_CONTROL::equals).isPresent();
    } catch (MalformedHostException notAHost) {
      return false;
    }
  }

  /// The environment with what git has to know.
  ///
  /// @param environment what the child gets otherwise
  /// @param allowed hosts that it reaches over https
  public static Map<String, String> in(Map<String, String> environment, Set<String> allowed) {
    Map<String, String> child = new HashMap<>(environment);
    int count = theirs(environment);
    for (String host : allowed) {
      for (String ssh : new String[] {"git@" + host + ":", "ssh://git@" + host + "/"}) {
        child.put(KEY + count, "url.https://" + host + "/.insteadOf");
        child.put(VALUE + count, ssh);
        count++;
      }
    }
    if (count > 0) {
      child.put(COUNT, Integer.toString(count));
    }
    child.put("GIT_SSH_COMMAND", SENTENCE);
    // Or git asks the command what it is before it uses it.
    child.put("GIT_SSH_VARIANT", "ssh");
    return child;
  }

  private static int theirs(Map<String, String> environment) {
    try {
      int count = Integer.parseInt(environment.getOrDefault(COUNT, "0").strip());
      return count < 0 || count > MAX_THEIRS ? 0 : count;
    } catch (NumberFormatException notANumber) {
      return 0;
    }
  }
}
