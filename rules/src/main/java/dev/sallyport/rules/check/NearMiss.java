package dev.sallyport.rules.check;

import dev.sallyport.rules.RuleRef;
import dev.sallyport.rules.TrafficClass;
import java.util.List;
import java.util.Optional;

/// A rule that did not decide, but came near.
///
/// @param words what the rule stands for, in the words of the policy language; `deny` before those
///   of a deny rule
/// @param trafficClass the class of an entry; empty for a deny rule
/// @param failed what kept it from deciding, at least one sentence
public record NearMiss(
    RuleRef rule, String words, Optional<TrafficClass> trafficClass, List<String> failed) {
  public NearMiss {
    failed = List.copyOf(failed);
  }

  /// One line for a person.
  public String line() {
    String in = trafficClass.map(name -> " in class `" + name + "`").orElse("");
    return rule.place().fileAndLine() + ": " + words + in + ": " + String.join("; ", failed);
  }
}
