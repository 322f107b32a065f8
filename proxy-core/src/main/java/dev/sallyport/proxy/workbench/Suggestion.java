package dev.sallyport.proxy.workbench;

import dev.sallyport.proxy.audit.EventField;
import dev.sallyport.proxy.audit.RecordedEvent;
import dev.sallyport.rules.Addresses;
import dev.sallyport.rules.ClientIdentity.Proof;
import dev.sallyport.rules.Destination;
import dev.sallyport.rules.Host;
import dev.sallyport.rules.HostPattern;
import dev.sallyport.rules.Outcome;
import dev.sallyport.rules.Reason;
import dev.sallyport.rules.Scheme;
import dev.sallyport.rules.SpecialRange;
import dev.sallyport.rules.check.CatalogIndex;
import dev.sallyport.rules.check.PolicyDraft;
import java.io.IOException;
import java.nio.file.Path;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Turns what a log saw into a policy for review: hosts that a catalogue knows by that catalogue's
/// part, all others by their exact names, each with its evidence. For one thread.
public final class Suggestion {
  /// Destinations that are told apart; what comes later is counted and left out.
  static final int MAX_DESTINATIONS = 10_000;

  /// The class of hosts that no catalogue knows and no class claimed.
  static final String UNSORTED = "unsorted";

  /// The profile of clients that had none.
  private static final String NO_PROFILE = "developer";

  private static final int CLIENTS_NAMED = 3;

  /// Names below one parent from which on a comment speaks of the suffix.
  private static final int MANY = 3;

  private final Which which;
  private final CatalogIndex catalogs = CatalogIndex.builtIn();
  private final SortedMap<String, Seen> seen = new TreeMap<>();
  private final Map<String, String> assignments = new TreeMap<>();
  private long leftOut;

  private Suggestion(Which which) {
    this.which = which;
  }

  /// What of a log becomes rules.
  public enum Which {
    /// What was refused, or let through by report mode only.
    REFUSED,
    /// What was allowed too: the policy then stands for itself.
    ALL
  }

  private static final class Seen {
    private final Destination destination;
    private final Tally tally = new Tally();
    private final SortedMap<String, Integer> reasons = new TreeMap<>();
    private final SortedMap<String, String> profiles = new TreeMap<>();
    private Optional<String> trafficClass = Optional.empty();
    private long sent;
    private long received;

    Seen(Destination destination) {
      this.destination = destination;
    }
  }

  /// Reads a log and drafts a policy.
  ///
  /// @param log a file of the log, or a folder of logs
  /// @throws IOException when a file cannot be read
  public static PolicyDraft of(Path log, Which which) throws IOException {
    Suggestion suggestion = new Suggestion(which);
    LogEvents.each(log, suggestion::add);
    return suggestion.draft(log);
  }

  private void add(RecordedEvent event) {
    if (PastDecision.isOne(event)) {
      PastDecision.of(event).filter(this::isMeant).ifPresent(this::decided);
    } else if (event.kind().equals("close")) {
      String host = event.text(EventField.SERVER_ADDRESS).orElse("");
      Optional.ofNullable(seen.get(key(event, host))).ifPresent(found -> closed(found, event));
    }
  }

  private boolean isMeant(PastDecision past) {
    // What a deny rule forbids, somebody forbade on purpose.
    return past.reason() != Reason.DENIED_BY_RULE
        && (which == Which.ALL
            || past.outcome() != Outcome.ALLOW
            || past.reason() == Reason.REPORTED);
  }

  private void decided(PastDecision past) {
    Destination to = past.destination();
    String key = key(to);
    if (!seen.containsKey(key) && seen.size() >= MAX_DESTINATIONS) {
      leftOut++;
      return;
    }
    Seen found = seen.computeIfAbsent(key, _ -> new Seen(to));
    found.tally.add(past.at(), past.who());
    found.reasons.merge(past.outcome().code() + " (" + past.reason().code() + ")", 1, Integer::sum);
    String profile = past.profile().orElse(NO_PROFILE);
    found.profiles.put(profile, profile);
    found.trafficClass = found.trafficClass.or(past::trafficClass);
    assignments.putIfAbsent(client(past), profile);
  }

  private static void closed(Seen found, RecordedEvent event) {
    found.sent += event.number(EventField.BYTES_SENT).orElse(0);
    found.received += event.number(EventField.BYTES_RECEIVED).orElse(0);
  }

  private static String key(Destination to) {
    return to.host().text() + " " + to.scheme().text() + " " + to.port();
  }

  private static String key(RecordedEvent event, String host) {
    return host
        + " "
        + event.text(EventField.SCHEME).orElse("")
        + " "
        + event.number(EventField.SERVER_PORT).orElse(0);
  }

  private static String client(PastDecision past) {
    return switch (past.clients().getFirst().proof()) {
      case Proof.Token(String name, String _) -> "{token: \"" + name + "\", profile: ";
      // The log has a name for it, and not what of it the name is.
      case Proof.Certificate certificate -> "{any: true, profile: ";
      case Proof.OwnListener() -> "{any: true, profile: ";
      case Proof.Nothing() ->
          "{anonymous: true, address: \""
              + Addresses.text(past.clients().getFirst().address())
              + "\", profile: ";
    };
  }

  private PolicyDraft draft(Path log) {
    PolicyDraft draft = new PolicyDraft("suggested");
    Path file = log.getFileName();
    draft.say("Suggested from " + (file == null ? log : file) + ": look at every line.");
    draft.say("A class is given to a profile as a whole, so a profile may get more than its own");
    draft.say("clients asked for; hosts are named exactly, no suffix is opened.");
    if (leftOut > 0) {
      draft.say(leftOut + " decisions about further destinations are left out.");
    }
    seen.values().stream()
        .sorted(Comparator.comparing((Seen each) -> sorted(each)).thenComparing(Suggestion::byName))
        .forEach(each -> entry(draft, each));
    suffixes(draft);
    if (draft.classes().isEmpty()) {
      draft.say("The log holds nothing to suggest rules for.");
    }
    assignments.forEach(
        (client, profile) -> {
          if (!draft.classes().isEmpty()) {
            draft.assign(client + profile + "}", List.of());
          }
        });
    return draft;
  }

  private static String byName(Seen each) {
    return key(each.destination);
  }

  private String sorted(Seen each) {
    return each.trafficClass.orElseGet(
        () ->
            catalogs
                .find(each.destination.host())
                .map(found -> found.entry().trafficClass().name())
                .orElse(UNSORTED));
  }

  private void entry(PolicyDraft draft, Seen each) {
    String trafficClass = sorted(each);
    List<String> why = new ArrayList<>();
    why.add(evidence(each));
    Destination to = each.destination;
    if (to.host() instanceof Host.Literal(var address)) {
      SpecialRange.of(address)
          .ifPresent(special -> why.add("not a public address: " + special + "; think twice"));
    }
    draft.allow(trafficClass, entry(to), why);
    for (String profile : each.profiles.keySet()) {
      draft.profile(profile, trafficClass);
      draft.allowed(to.host(), to.scheme(), to.port(), profile);
    }
  }

  private String entry(Destination to) {
    String conditions =
        (to.scheme() == Scheme.HTTP ? ", scheme: http" : "")
            + (to.port() == to.scheme().defaultPort() ? "" : ", ports: [" + to.port() + "]");
    return switch (to.host()) {
      case Host.Literal literal -> "{address: \"" + literal.text() + "\"" + conditions + "}";
      case Host.Name name ->
          catalogs
              .find(name)
              .map(found -> "{catalog: " + found.part() + conditions + "}")
              .orElse("{host: " + PolicyDraft.quoted(name.text()) + conditions + "}");
    };
  }

  private String evidence(Seen each) {
    Tally tally = each.tally;
    List<String> clients = List.copyOf(tally.clients());
    int more = clients.size() - CLIENTS_NAMED;
    String by =
        String.join(", ", clients.subList(0, Math.min(CLIENTS_NAMED, clients.size())))
            + (more > 0 ? " and " + more + " more" : "");
    List<String> how = new ArrayList<>();
    each.reasons.forEach((reason, times) -> how.add(times + " x " + reason));
    String in = catalogs.find(each.destination.host()).map(this::beyond).orElse("");
    return "%s: %s, %s to %s, by %s, %d octets up, %d down%s"
        .formatted(
            each.destination.authority(),
            String.join(", ", how),
            tally.first().truncatedTo(ChronoUnit.SECONDS),
            tally.last().truncatedTo(ChronoUnit.SECONDS),
            by,
            each.sent,
            each.received,
            in);
  }

  /// What an entry of a catalogue opens beside the host that was seen.
  private String beyond(CatalogIndex.Found found) {
    if (!(found.entry().pattern() instanceof HostPattern.Exact)) {
      return "; the catalogue opens every name below its parent";
    }
    int more = catalogs.opens(found.part()) - 1;
    return more > 0 ? "; " + found.part() + " opens " + more + " more" : "";
  }

  /// Says where many names share a parent. The suffix itself is for a person to write.
  private void suffixes(PolicyDraft draft) {
    Map<String, Integer> below = new HashMap<>();
    for (Seen each : seen.values()) {
      if (each.destination.host() instanceof Host.Name name
          && name.labels().size() > 2
          && catalogs.find(name).isEmpty()) {
        below.merge(name.text().substring(name.text().indexOf('.') + 1), 1, Integer::sum);
      }
    }
    new TreeMap<>(below)
        .forEach(
            (parent, count) -> {
              if (count >= MANY) {
                draft.say(
                    count
                        + " names below "
                        + parent
                        + " were seen; `subdomains-of` would be shorter and opens every other"
                        + " name there too, so it is not written here.");
              }
            });
  }
}
