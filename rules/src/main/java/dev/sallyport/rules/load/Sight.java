package dev.sallyport.rules.load;

import dev.sallyport.rules.Entry;
import dev.sallyport.rules.Interception;
import dev.sallyport.rules.SchemeRule;

/// Says where a condition on requests stands and none would be seen. Such a condition would
/// silently do nothing.
final class Sight {
  private Sight() {}

  /// Whether an entry asks for something that it never gets to see. Plain http needs no
  /// interception.
  static boolean isMissing(Entry entry) {
    return entry.looksAtRequests()
        && entry.interception() != Interception.ON
        && entry.scheme() != SchemeRule.HTTP;
  }

  /// Reports it at the word that takes sight.
  static void missing(Fields fields, String key) {
    fields.problem(
        key,
        Problem.quote(key) + " takes sight of requests, and in a tunnel there is none",
        "write `intercept: true` in the class");
  }
}
