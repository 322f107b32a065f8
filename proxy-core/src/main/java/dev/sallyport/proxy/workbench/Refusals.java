package dev.sallyport.proxy.workbench;

import dev.sallyport.rules.Place;
import dev.sallyport.rules.check.DomainGlob;
import dev.sallyport.rules.check.DomainPattern;
import dev.sallyport.rules.load.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What another program refuses or asks a person about and the policy language has no word for in
/// one class. Rather than let it through, what it covers is taken out of what the class allows. For
/// one thread.
final class Refusals {
  private final List<Refusal> all = new ArrayList<>();

  private record Refusal(
      DomainGlob glob, Optional<DomainPattern> pattern, String trafficClass, Place place) {}

  /// Adds one.
  ///
  /// @param pattern the same in the policy language's reach, when it is
  /// @param trafficClass where it counts
  void add(DomainGlob glob, Optional<DomainPattern> pattern, String trafficClass, Place place) {
    all.add(new Refusal(glob, pattern, trafficClass, place));
  }

  /// What stays of a class's patterns.
  ///
  /// @param into gets a deny rule where only a part of a pattern is refused, and a remark for what
  ///   is left out
  List<ImportedRule> without(List<ImportedRule> allowed, PolicyImport into) {
    return allowed.stream().filter(rule -> stays(rule, into)).toList();
  }

  private boolean stays(ImportedRule rule, PolicyImport into) {
    for (Refusal refusal : all) {
      boolean touches =
          refusal.trafficClass.equals(rule.trafficClass()) && refusal.glob.overlaps(rule.pattern());
      Optional<DomainPattern> carved =
          refusal.pattern.filter(pattern -> !refusal.glob.covers(rule.pattern()));
      if (touches && carved.isPresent()) {
        into.denyPart(carved.get(), refusal.place);
      } else if (touches) {
        into.remark(
            rule.place(),
            Problem.quote(rule.pattern().text())
                + " is left out: "
                + refusal.place.fileAndLine()
                + " refuses it or a part of it");
        return false;
      }
    }
    return true;
  }
}
