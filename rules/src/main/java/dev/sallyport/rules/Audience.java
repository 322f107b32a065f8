package dev.sallyport.rules;

import dev.sallyport.rules.Assignment.Condition;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.Predicate;

/// Which clients a list of conditions means: those that meet all of them.
///
/// @param all no condition means every client
public record Audience(List<Condition> all) {
  public Audience {
    all = List.copyOf(all);
  }

  /// The clients that a line of `assign` means.
  public static Audience of(Assignment line) {
    return new Audience(line.all());
  }

  /// Whether every client of the other audience belongs to this one. Errs towards no.
  public boolean includes(Audience narrower) {
    return all.stream()
        .allMatch(wanted -> narrower.all.stream().anyMatch(given -> implies(given, wanted)));
  }

  /// Whether one client can belong to both. Errs towards yes.
  public boolean meets(Audience other) {
    return all.stream().noneMatch(mine -> other.all.stream().anyMatch(its -> exclude(mine, its)));
  }

  /// Whether credentials must be shown to belong to it.
  public boolean needsCredentials() {
    return all.stream().anyMatch(Audience::isCredential);
  }

  /// Whether something must be claimed to belong to it.
  public boolean needsClaims() {
    return all.stream().anyMatch(Condition.Claiming.class::isInstance);
  }

  /// Whether showing credentials excludes from it.
  public boolean isAnonymous() {
    return all.stream().anyMatch(Condition.Anonymous.class::isInstance);
  }

  /// The same clients, claims aside.
  public Audience withoutClaims() {
    return without(Condition.Claiming.class::isInstance);
  }

  /// The same clients, when they show no credentials and claim nothing.
  public Audience withoutCredentials() {
    return withoutClaims().without(Audience::isCredential);
  }

  /// The same clients, whether or not they show credentials.
  public Audience withoutAnonymous() {
    return without(Condition.Anonymous.class::isInstance);
  }

  private Audience without(Predicate<Condition> which) {
    return new Audience(all.stream().filter(which.negate()).toList());
  }

  private static boolean isCredential(Condition condition) {
    return switch (condition) {
      case Condition.TokenNamed _,
          Condition.Certified _,
          Condition.Proven _,
          Condition.Labelled _ ->
          true;
      case Condition.Claiming _, Condition.From _, Condition.Through _, Condition.Anonymous _ ->
          false;
    };
  }

  /// Whether every client that meets the first condition meets the second.
  private static boolean implies(Condition given, Condition wanted) {
    return switch (wanted) {
      case Condition.Proven() -> isCredential(given);
      case Condition.TokenNamed(var pattern) ->
          given instanceof Condition.TokenNamed(var inner) && fits(inner, pattern);
      case Condition.From(var range) ->
          given instanceof Condition.From(var inner) && range.contains(inner);
      case Condition.Labelled(var labels) ->
          given instanceof Condition.Labelled(var inner) && allFit(inner, labels);
      case Condition.Claiming(var labels) ->
          given instanceof Condition.Claiming(var inner) && allFit(inner, labels);
      case Condition.Certified _, Condition.Through _, Condition.Anonymous _ ->
          given.equals(wanted);
    };
  }

  /// Whether no client can meet both conditions.
  private static boolean exclude(Condition one, Condition other) {
    return switch (one) {
      case Condition.From(var range) ->
          other instanceof Condition.From(var second)
              && !range.contains(second)
              && !second.contains(range);
      case Condition.Through(var listener) ->
          other instanceof Condition.Through(var second) && !listener.equals(second);
      case Condition.TokenNamed(var pattern) ->
          other instanceof Condition.Anonymous
              || other instanceof Condition.Certified
              || (other instanceof Condition.TokenNamed(var second) && clash(pattern, second));
      case Condition.Certified(var name) ->
          other instanceof Condition.Anonymous
              || other instanceof Condition.TokenNamed
              || (other instanceof Condition.Certified(var second) && name.excludes(second));
      case Condition.Labelled(var labels) ->
          other instanceof Condition.Anonymous
              || (other instanceof Condition.Labelled(var second) && anyClash(labels, second));
      case Condition.Claiming(var labels) ->
          other instanceof Condition.Claiming(var second) && anyClash(labels, second);
      case Condition.Anonymous() ->
          other instanceof Condition.TokenNamed
              || other instanceof Condition.Certified
              || other instanceof Condition.Labelled;
      // The client of a listener of its own is proven and shows no credentials.
      case Condition.Proven() -> false;
    };
  }

  private static boolean allFit(SortedMap<String, String> inner, SortedMap<String, String> outer) {
    return outer.entrySet().stream()
        .allMatch(
            label -> {
              String value = inner.get(label.getKey());
              return value != null && fits(value, label.getValue());
            });
  }

  private static boolean anyClash(SortedMap<String, String> one, SortedMap<String, String> other) {
    for (Map.Entry<String, String> label : one.entrySet()) {
      String value = other.get(label.getKey());
      if (value != null && clash(label.getValue(), value)) {
        return true;
      }
    }
    return false;
  }

  private static boolean clash(String one, String other) {
    return !fits(one, other) && !fits(other, one);
  }

  /// Whether everything that the inner pattern means, the outer one means too.
  private static boolean fits(String inner, String outer) {
    return outer.endsWith("*")
        ? inner.startsWith(outer.substring(0, outer.length() - 1))
        : inner.equals(outer);
  }
}
