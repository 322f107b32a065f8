package dev.sallyport.rules.load;

import dev.sallyport.rules.RequestRule;

/// Reads `methods`, `paths`, `query` and `headers` where they stand outside a policy, in the same
/// words.
public final class RequestConditions {
  private RequestConditions() {}

  /// Reads a mapping that holds nothing else. One that asks for nothing is a problem, for it would
  /// not narrow what it is meant to.
  public static RequestRule.Conditions read(Fields fields, Problems problems) {
    RequestRule.Conditions conditions = new TermsReader(fields, problems).conditions();
    if (conditions.isEmpty()) {
      problems.add(fields.place(), "this asks for nothing", "write `methods` or `paths`");
    }
    fields.finish();
    return conditions;
  }
}
