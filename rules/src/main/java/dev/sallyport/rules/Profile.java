package dev.sallyport.rules;

import java.util.List;
import java.util.Optional;

/// The classes that a client may use, in the order in which they are asked.
///
/// @param unknown what becomes of a host that no entry names
/// @param report whether refusals are only reported
public record Profile(
    String name,
    List<TrafficClass> classes,
    Place place,
    UnknownHosts unknown,
    Optional<ReportMode> report) {
  public Profile {
    classes = List.copyOf(classes);
  }

  /// A profile that enforces and refuses unknown hosts.
  public Profile(String name, List<TrafficClass> classes, Place place) {
    this(name, classes, place, UnknownHosts.DENY, Optional.empty());
  }
}
