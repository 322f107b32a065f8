package dev.sallyport.rules.load;

import java.util.Collection;
import java.util.Optional;

/// Finds the word that somebody most likely meant.
public final class Spelling {
  /// Longest word looked at, in characters: the cost grows with its square.
  private static final int MAX_LENGTH = 64;

  private Spelling() {}

  /// The nearest known word, when it is near enough to be meant: one change for every three
  /// letters, at least one. Of several equally near ones it is the first.
  public static Optional<String> nearest(String word, Collection<String> known) {
    if (word.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    int best = Math.max(1, word.length() / 3) + 1;
    Optional<String> found = Optional.empty();
    for (String candidate : known) {
      if (Math.abs(candidate.length() - word.length()) >= best) {
        continue;
      }
      int distance = distance(word, candidate);
      if (distance < best) {
        best = distance;
        found = Optional.of(candidate);
      }
    }
    return found;
  }

  /// `did you mean x?` for the nearest known word.
  public static Optional<String> suggestion(String word, Collection<String> known) {
    return nearest(word, known).map(near -> "did you mean " + Problem.quote(near) + "?");
  }

  /// How many letters must be inserted, removed, replaced or swapped with their neighbour.
  static int distance(String a, String b) {
    int[] before = new int[b.length() + 1];
    int[] last = new int[b.length() + 1];
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      last[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        int least = Math.min(Math.min(row[j - 1], last[j]) + 1, last[j - 1] + change);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          least = Math.min(least, before[j - 2] + 1);
        }
        row[j] = least;
      }
      int[] free = before;
      before = last;
      last = row;
      row = free;
    }
    return last[b.length()];
  }
}
