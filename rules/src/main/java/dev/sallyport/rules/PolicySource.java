package dev.sallyport.rules;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a policy file says, read and checked but not yet indexed.
///
/// @param assignPlace where `assign` stands, or the file's first line when it has none
/// @param report whether refusals are only reported, whatever the profile
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
    List<ExpectedDecision> tests,
    Optional<ReportMode> report) {

  public PolicySource {
    owners = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(owners));
    classes = List.copyOf(classes);
    deny = List.copyOf(deny);
    profiles = List.copyOf(profiles);
    assign = List.copyOf(assign);
    tests = List.copyOf(tests);
  }

  /// A policy that enforces.
  public PolicySource(
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
    this(
        name,
        owners,
        contact,
        requestUrl,
        classes,
        deny,
        profiles,
        assign,
        assignPlace,
        tests,
        Optional.empty());
  }

  /// The same with report mode for everything, whatever it says itself.
  public PolicySource reporting(ReportMode mode) {
    return new PolicySource(
        name,
        owners,
        contact,
        requestUrl,
        classes,
        deny,
        profiles,
        assign,
        assignPlace,
        tests,
        Optional.of(mode));
  }

  /// The same with other classes.
  public PolicySource withClasses(List<ClassSource> others) {
    return new PolicySource(
        name,
        owners,
        contact,
        requestUrl,
        others,
        deny,
        profiles,
        assign,
        assignPlace,
        tests,
        report);
  }

  /// The same with other profiles.
  public PolicySource withProfiles(List<Profile> others) {
    return new PolicySource(
        name,
        owners,
        contact,
        requestUrl,
        classes,
        deny,
        others,
        assign,
        assignPlace,
        tests,
        report);
  }

  /// The exceptions, in force or not, each once and in the order of the classes.
  public List<ExceptionTerms> exceptions() {
    return classes.stream()
        .flatMap(from -> from.allow().stream())
        .flatMap(entry -> entry.exception().stream())
        .distinct()
        .toList();
  }

  /// One traffic class: its allowlist and how its connections are treated.
  ///
  /// @param allow the entries, and behind them the exceptions that add to the class
  /// @param report whether what its conditions refuse is only reported
  public record ClassSource(
      TrafficClass name,
      Treatment treatment,
      List<Entry> allow,
      Place place,
      Optional<ReportMode> report) {
    public ClassSource {
      allow = List.copyOf(allow);
    }

    /// A class that enforces.
    public ClassSource(TrafficClass name, Treatment treatment, List<Entry> allow, Place place) {
      this(name, treatment, allow, place, Optional.empty());
    }

    /// How connections that one of the entries allows are treated.
    public Treatment treatment(Entry entry) {
      return switch (entry.interception()) {
        case AS_CLASS -> treatment;
        case ON -> Treatment.INTERCEPT;
        case OFF, NEVER -> Treatment.TUNNEL;
      };
    }
  }
}
