package dev.sallyport.rules.check;

import dev.sallyport.rules.Outcome;
import java.util.List;
import java.util.Optional;

/// What differs between two policies for a destination.
///
/// @param before the class that allowed it, or would have been asked for; empty when none did
/// @param after the same under the new policy
/// @param differences for what stays reachable: what is otherwise, in words
/// @param widens whether something can be done afterwards that could not be done before
public record Change(
    Kind kind, String before, String after, List<String> differences, boolean widens) {
  public Change {
    differences = List.copyOf(differences);
  }

  /// The kinds of change, in the order in which they are told.
  public enum Kind {
    OPENED("becomes reachable"),
    ASKED("may be asked for"),
    CLOSED("is no longer reachable"),
    REFUSED("can no longer be asked for"),
    OTHERWISE("stays reachable, otherwise than before"),
    /// Only for clients of whom an exception says more than their profile.
    UNCHANGED("is as before, unlike for the profile");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    /// What the title of such a group says.
    public String words() {
      return words;
    }
  }

  /// What nothing happens to for some clients of a profile for which something does.
  static final Change NONE = new Change(Kind.UNCHANGED, "", "", List.of(), false);

  /// The change; empty when nothing differs.
  static Optional<Change> between(Reach before, Reach after) {
    if (before.equals(after)) {
      return Optional.empty();
    }
    String was = before.className();
    String is = after.className();
    if (before.outcome() != after.outcome()) {
      Kind kind =
          switch (after.outcome()) {
            case ALLOW -> Kind.OPENED;
            case ASK -> before.outcome() == Outcome.ALLOW ? Kind.CLOSED : Kind.ASKED;
            case DENY -> before.outcome() == Outcome.ALLOW ? Kind.CLOSED : Kind.REFUSED;
          };
      boolean widens = kind == Kind.OPENED || kind == Kind.ASKED;
      return Optional.of(new Change(kind, was, is, List.of(), widens));
    }
    return otherwise(before, after);
  }

  private static Optional<Change> otherwise(Reach before, Reach after) {
    Differences differences = Differences.between(before, after);
    return differences.words().isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Change(
                Kind.OTHERWISE,
                before.className(),
                after.className(),
                differences.words(),
                differences.widen()));
  }
}
