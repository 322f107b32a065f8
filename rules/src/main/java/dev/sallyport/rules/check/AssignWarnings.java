package dev.sallyport.rules.check;

import dev.sallyport.rules.Assignment;
import dev.sallyport.rules.Assignment.Condition;
import dev.sallyport.rules.Audience;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Finds lines of `assign` that no client reaches, and clients who get more when they show nothing.
final class AssignWarnings {
  private AssignWarnings() {}

  /// The warnings of these lines.
  static List<Warning> in(List<Assignment> lines) {
    List<Warning> found = new ArrayList<>();
    boolean credentials = lines.stream().map(Audience::of).anyMatch(Audience::needsCredentials);
    for (int i = 0; i < lines.size(); i++) {
      Assignment line = lines.get(i);
      Audience clients = Audience.of(line);
      Optional<Assignment> earlier =
          lines.subList(0, i).stream()
              .filter(each -> Audience.of(each).includes(clients))
              .findFirst();
      if (earlier.isPresent()) {
        found.add(
            new Warning(
                line.rule().place(),
                "this line is never reached: the one at "
                    + earlier.get().rule().place().fileAndLine()
                    + " means all its clients"));
      } else if (credentials && clients.isAnonymous() && !clients.needsClaims()) {
        nothingWithToken(line, lines).ifPresent(found::add);
      }
    }
    return found;
  }

  /// A client whose token no line names is refused, and without it is let in.
  private static Optional<Warning> nothingWithToken(Assignment line, List<Assignment> lines) {
    List<Condition> proven = new ArrayList<>(Audience.of(line).withoutAnonymous().all());
    proven.add(new Condition.Proven());
    Audience withToken = new Audience(proven);
    boolean named = lines.stream().anyMatch(each -> Audience.of(each).includes(withToken));
    return named
        ? Optional.empty()
        : Optional.of(
            new Warning(
                line.rule().place(),
                "a client with a token that no line names is refused here, and without it gets"
                    + " profile `"
                    + line.profile()
                    + "`"));
  }
}
