package dev.sallyport.rules.check;

import dev.sallyport.rules.Host;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// A domain pattern of Claude Code's settings with stars anywhere: `*` is everything, `*.` in front
/// any number of labels, and a star elsewhere any text within one label. Case does not count, nor
/// does one trailing dot. The policy language has no such patterns; this one only tells what one of
/// them would touch.
///
/// @param below whether any number of labels may stand in front, one at least
/// @param labels with stars, in lower case
public record DomainGlob(boolean below, List<String> labels) {
  private static final String STAR = "*";
  private static final String BELOW = "*.";

  public DomainGlob {
    labels = List.copyOf(labels);
  }

  /// Reads a pattern; whatever cannot be a host is one that touches nothing. A port is not looked
  /// at.
  public static DomainGlob parse(String text) {
    String lower = text.strip().toLowerCase(Locale.ROOT).replaceFirst(":[0-9*]*$", "");
    String plain = lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    if (plain.equals(STAR)) {
      return new DomainGlob(true, List.of());
    }
    boolean below = plain.startsWith(BELOW);
    return new DomainGlob(below, labels(below ? plain.substring(BELOW.length()) : plain));
  }

  private static List<String> labels(String name) {
    return List.of(name.split("\\.", -1));
  }

  /// Whether every host is meant.
  public boolean isEverything() {
    return labels.isEmpty();
  }

  /// Whether a host is meant.
  public boolean matches(Host host) {
    if (isEverything()) {
      return true;
    }
    List<String> name = labels(host.text());
    boolean length = below ? name.size() > labels.size() : name.size() == labels.size();
    return length && agree(name, labels.size());
  }

  /// Whether everything that the other pattern means is meant.
  public boolean covers(DomainPattern other) {
    if (other.host().isEmpty() || isEverything()) {
      return isEverything();
    }
    if (!other.below()) {
      return matches(other.host().get());
    }
    List<String> suffix = labels(other.host().get().text());
    return below && labels.size() <= suffix.size() && agree(suffix, labels.size());
  }

  /// Whether some host is meant by both.
  public boolean overlaps(DomainPattern other) {
    if (other.host().isEmpty() || isEverything()) {
      return true;
    }
    if (!other.below()) {
      return matches(other.host().get());
    }
    List<String> suffix = labels(other.host().get().text());
    return (below || labels.size() > suffix.size())
        && agree(suffix, Math.min(labels.size(), suffix.size()));
  }

  /// Whether the last labels agree.
  private boolean agree(List<String> name, int count) {
    for (int i = 1; i <= count; i++) {
      if (!agree(labels.get(labels.size() - i), name.get(name.size() - i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean agree(String glob, String label) {
    StringBuilder pattern = new StringBuilder();
    for (String piece : glob.split("\\*", -1)) {
      pattern.append(pattern.isEmpty() ? "" : ".*").append(Pattern.quote(piece));
    }
    return label.matches(pattern.toString());
  }
}
