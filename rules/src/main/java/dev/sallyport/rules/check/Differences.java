package dev.sallyport.rules.check;

import dev.sallyport.rules.Duties;
import dev.sallyport.rules.Treatment;
import dev.sallyport.rules.TunnelRule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;

/// What is otherwise about something that two policies allow.
final class Differences {
  private final List<String> words = new ArrayList<>();
  private boolean widen;

  private Differences() {}

  /// The differences between two ways to allow something.
  static Differences between(Reach before, Reach after) {
    Differences found = new Differences();
    if (!before.trafficClass().equals(after.trafficClass())) {
      found.add("class " + before.className() + " becomes " + after.className());
    }
    if (before.treatment() != after.treatment()) {
      if (after.treatment() == Treatment.TUNNEL) {
        found.more("its requests are no longer looked at");
      } else {
        found.add("its requests are now looked at");
      }
    }
    found.tunnel(before.tunnel(), after.tunnel());
    found.duties(before.duties(), after.duties());
    found.messages(before.messages(), after.messages());
    found.basis(before.basis(), after.basis());
    found.ways(before.ways(), after.ways());
    return found;
  }

  /// In words; empty when there is none.
  List<String> words() {
    return words;
  }

  /// Whether something can be done afterwards that could not be done before.
  boolean widen() {
    return widen;
  }

  private void add(String difference) {
    words.add(difference);
  }

  private void more(String difference) {
    words.add(difference);
    widen = true;
  }

  private void tunnel(TunnelRule before, TunnelRule after) {
    if (before.opening() != after.opening()) {
      add(
          switch (after.opening()) {
            case TLS_WITH_NAME -> "its tunnels now carry TLS with its own name only";
            case TLS_NAME_OPTIONAL -> "its tunnels now may carry TLS without a server name";
            case ANYTHING -> "its tunnels now may carry anything";
          });
      widen |= after.opening().compareTo(before.opening()) > 0;
    }
    if (before.encryptedHelloDenied() && !after.encryptedHelloDenied()) {
      more("encrypted ClientHellos are no longer refused");
    } else if (after.encryptedHelloDenied() && !before.encryptedHelloDenied()) {
      add("encrypted ClientHellos are now refused");
    }
  }

  private void duties(Duties before, Duties after) {
    if (!before.minimumAge().equals(after.minimumAge())) {
      add("minimum age " + age(before.minimumAge()) + " becomes " + age(after.minimumAge()));
      Duration was = before.minimumAge().orElse(Duration.ZERO);
      widen |= after.minimumAge().orElse(Duration.ZERO).compareTo(was) < 0;
    }
    if (!before.uploadLimit().equals(after.uploadLimit())) {
      add("upload limit " + size(before.uploadLimit()) + " becomes " + size(after.uploadLimit()));
      long was = before.uploadLimit().orElse(Long.MAX_VALUE);
      widen |= after.uploadLimit().orElse(Long.MAX_VALUE) > was;
    }
    if (!before.organisations().equals(after.organisations())) {
      add(
          "organisations "
              + listed(before.organisations(), "not held")
              + " become "
              + listed(after.organisations(), "not held"));
      // Without any the origin is not told to hold the client to them.
      boolean held = !after.organisations().isEmpty();
      widen |=
          !before.organisations().isEmpty()
              && !(held && before.organisations().containsAll(after.organisations()));
    }
  }

  private void messages(Optional<Reach.Messages> before, Optional<Reach.Messages> after) {
    if (before.isPresent() && after.isPresent()) {
      messages("methods", before.get().methods(), after.get().methods());
      messages("tools", before.get().tools(), after.get().tools());
    } else if (before.isPresent()) {
      more("its messages are no longer held to those of MCP");
    } else if (after.isPresent()) {
      add("its messages are now held to those of MCP");
    }
  }

  private void messages(String what, SortedSet<String> before, SortedSet<String> after) {
    if (!before.equals(after)) {
      add(
          what
              + " "
              + listed(List.copyOf(before), "without limit")
              + " become "
              + listed(List.copyOf(after), "without limit"));
      widen |= !before.isEmpty() && (after.isEmpty() || !before.containsAll(after));
    }
  }

  private void basis(Reach.Basis before, Reach.Basis after) {
    if (before.equals(after)) {
      return;
    }
    String was = before.words().isEmpty() ? "an entry" : before.words();
    String is = after.words().isEmpty() ? "an entry" : after.words();
    add("it rested on " + was + ", and rests on " + is);
    // Nothing more is possible today, but for longer.
    widen |= after.until().isAfter(before.until());
  }

  private void ways(Optional<Reach.Ways> before, Optional<Reach.Ways> after) {
    if (before.isEmpty() || after.isEmpty()) {
      return;
    }
    boolean more = after.get().exceeds(before.get());
    boolean fewer = before.get().exceeds(after.get());
    if (more) {
      more(fewer ? "it may lead to other addresses" : "it may lead to more addresses");
    } else if (fewer) {
      add("it may lead to fewer addresses");
    }
  }

  private static String age(Optional<Duration> age) {
    return age.map(
            known ->
                known.toHours() % 24 == 0 && known.toSecondsPart() + known.toMinutesPart() == 0
                    ? known.toDays() + "d"
                    : known.toString())
        .orElse("none");
  }

  private static String size(Optional<Long> octets) {
    return octets.map(known -> known + " octets").orElse("none");
  }

  private static String listed(List<String> texts, String none) {
    return texts.isEmpty() ? none : String.join(", ", texts);
  }
}
