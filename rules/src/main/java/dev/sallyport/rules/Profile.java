package dev.sallyport.rules;

import java.util.List;

/// The classes that a client may use, in the order in which they are asked.
public record Profile(String name, List<TrafficClass> classes, Place place) {
  public Profile {
    classes = List.copyOf(classes);
  }
}
