package dev.sallyport.rules;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a policy file says, read and checked but not yet indexed.
///
/// @param assignPlace where `assign` stands, or the file's first line when it has none
public record PolicySource(
    String name,
    Map<String, String> owners,
    Optional<String> contact,
    Optional<String> requestUrl,
    List<ClassSource> classes,
    List<DenyRule> deny,
    List<Profile> profiles,
    List<Assignment> assign,
    Place assignPlace,
    List<ExpectedDecision> tests) {

  public PolicySource {
    owners = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(owners));
    classes = List.copyOf(classes);
    deny = List.copyOf(deny);
    profiles = List.copyOf(profiles);
    assign = List.copyOf(assign);
    tests = List.copyOf(tests);
  }

  /// One traffic class: its allowlist and how its connections are treated.
  public record ClassSource(
      TrafficClass name, Treatment treatment, List<Entry> allow, Place place) {
    public ClassSource {
      allow = List.copyOf(allow);
    }
  }
}
