package dev.sallyport.rules.check;

import dev.sallyport.rules.Outcome;
import dev.sallyport.rules.Treatment;
import dev.sallyport.rules.TunnelRule;
import java.util.ArrayList;
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
    OTHERWISE("stays reachable, otherwise than before");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    /// What the title of such a group says.
    public String words() {
      return words;
    }
  }

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
    List<String> differences = new ArrayList<>();
    boolean widens = false;
    if (!before.trafficClass().equals(after.trafficClass())) {
      differences.add("class " + before.className() + " becomes " + after.className());
    }
    if (before.treatment() != after.treatment()) {
      boolean blind = after.treatment() == Treatment.TUNNEL;
      differences.add(
          blind ? "its requests are no longer looked at" : "its requests are now looked at");
      widens |= blind;
    }
    widens |= tunnel(before.tunnel(), after.tunnel(), differences);
    widens |= ways(before.ways(), after.ways(), differences);
    return differences.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Change(Kind.OTHERWISE, before.className(), after.className(), differences, widens));
  }

  private static boolean tunnel(TunnelRule before, TunnelRule after, List<String> differences) {
    boolean widens = false;
    if (before.opening() != after.opening()) {
      differences.add(
          switch (after.opening()) {
            case TLS_WITH_NAME -> "its tunnels now carry TLS with its own name only";
            case TLS_NAME_OPTIONAL -> "its tunnels now may carry TLS without a server name";
            case ANYTHING -> "its tunnels now may carry anything";
          });
      widens = after.opening().compareTo(before.opening()) > 0;
    }
    if (before.encryptedHelloDenied() != after.encryptedHelloDenied()) {
      differences.add(
          "encrypted ClientHellos are "
              + (after.encryptedHelloDenied() ? "now refused" : "no longer refused"));
      widens |= before.encryptedHelloDenied();
    }
    return widens;
  }

  private static boolean ways(
      Optional<Reach.Ways> before, Optional<Reach.Ways> after, List<String> differences) {
    if (before.isEmpty() || after.isEmpty()) {
      return false;
    }
    boolean more = after.get().exceeds(before.get());
    boolean fewer = before.get().exceeds(after.get());
    if (more || fewer) {
      differences.add(
          more && fewer
              ? "it may lead to other addresses"
              : more ? "it may lead to more addresses" : "it may lead to fewer addresses");
    }
    return more;
  }
}
