package dev.sallyport.rules.load;

import dev.sallyport.rules.Entry;
import dev.sallyport.rules.Interception;
import dev.sallyport.rules.Place;
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
        fields.has("intercept")
            ? "write `intercept: true`"
            : "write `intercept: true` in the class");
  }

  /// Reports it at an exception that is a tunnel, in a class whose conditions stay.
  static void missing(Fields exception, String className, String key) {
    exception.problem(
        "allow",
        "the class "
            + Problem.quote(className)
            + " has "
            + Problem.quote(key)
            + ", which takes sight of requests, and in a tunnel there is none",
        "leave `intercept` out, or name another class");
  }

  /// Reports it at the word of a class that intercepts, for an entry that is a tunnel all the same.
  static void missing(Fields fields, String key, Place tunnel) {
    fields.problem(
        key,
        Problem.quote(key)
            + " takes sight of requests, and the entry at "
            + tunnel.fileAndLine()
            + " says that it is a tunnel",
        "put that entry into a class without " + Problem.quote(key));
  }
}
