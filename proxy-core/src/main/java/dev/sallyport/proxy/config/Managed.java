package dev.sallyport.proxy.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The organisation's word (`/etc/sallyport/managed.yaml`), as far as it is no setting.
///
/// @param file where it stands
/// @param sha256 of the file's octets, in hexadecimal
/// @param fixed the settings that it fixes, by their names
/// @param policy the policy that every other one narrows
/// @param longestBreakGlass for how long one may break the glass; empty means never
public record Managed(
    Path file,
    String sha256,
    List<String> fixed,
    Optional<Path> policy,
    Optional<Duration> longestBreakGlass) {
  public Managed {
    fixed = List.copyOf(fixed);
  }

  /// What the event of a start says of it.
  public Map<String, Object> facts() {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("sallyport.managed.file", file.toString());
    facts.put("sallyport.managed.sha256", sha256);
    facts.put("sallyport.managed.fixed", fixed);
    policy.ifPresent(path -> facts.put("sallyport.managed.policy", path.toString()));
    return facts;
  }
}
