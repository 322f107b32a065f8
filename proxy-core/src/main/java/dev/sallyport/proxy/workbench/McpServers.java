package dev.sallyport.proxy.workbench;

import dev.sallyport.rules.Host;
import dev.sallyport.rules.check.DomainGlob;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What settings say of which MCP servers may be used at all. For one thread.
final class McpServers {
  private final List<DomainGlob> hosts = new ArrayList<>();
  private final Set<String> names = new HashSet<>();
  private final Set<String> deniedNames = new HashSet<>();
  private boolean listed;

  /// There is a list of allowed servers; an empty one allows none.
  void isListed() {
    listed = true;
  }

  void allowHost(String pattern) {
    hosts.add(DomainGlob.parse(pattern));
  }

  void allowName(String name) {
    names.add(name);
  }

  void denyName(String name) {
    deniedNames.add(name);
  }

  /// Whether a remote server may be used. Once one URL is listed, every remote server must match
  /// one; a name alone is enough only while there is none.
  boolean permit(String name, Host host) {
    if (deniedNames.contains(name)) {
      return false;
    }
    return !listed
        || (hosts.isEmpty()
            ? names.contains(name)
            : hosts.stream().anyMatch(pattern -> pattern.matches(host)));
  }
}
