package dev.sallyport.rules.check;

import dev.sallyport.rules.Destination;
import dev.sallyport.rules.Entry;
import dev.sallyport.rules.Host;
import dev.sallyport.rules.HostPattern;
import dev.sallyport.rules.Policy;
import dev.sallyport.rules.PolicySource;
import dev.sallyport.rules.Profile;
import dev.sallyport.rules.Scheme;
import dev.sallyport.rules.TrafficClass;
import dev.sallyport.rules.catalog.CatalogEntry;
import dev.sallyport.rules.catalog.Catalogs;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Which hosts sessions cannot do without: those of class `model` that a catalogue calls required.
/// To lose one by a slip in a policy stops every session at once.
public final class RequiredHosts {
  private static final TrafficClass MODEL = new TrafficClass("model");

  private RequiredHosts() {}

  /// What profiles of one policy reach and would no longer reach under another, each in words.
  ///
  /// @param at exceptions that have ended by then do not count
  public static List<String> lost(Policy before, Policy after, Instant at) {
    List<String> lost = new ArrayList<>();
    List<Host.Name> required = required(before.source());
    for (Profile profile : before.source().profiles()) {
      for (Host.Name host : required) {
        Destination to = new Destination(Scheme.HTTPS, host, Scheme.HTTPS.defaultPort());
        boolean reached =
            profile.classes().contains(MODEL) && before.reaches(profile.name(), to, at);
        if (reached && !stillReached(after, profile.name(), to, at)) {
          lost.add(
              "profile `"
                  + profile.name()
                  + "` would lose "
                  + host.text()
                  + ", a host that sessions need");
        }
      }
    }
    return lost;
  }

  /// Where a profile is gone, its clients get some other one.
  private static boolean stillReached(Policy after, String profile, Destination to, Instant at) {
    List<String> profiles = after.source().profiles().stream().map(Profile::name).toList();
    Stream<String> asked = profiles.contains(profile) ? Stream.of(profile) : profiles.stream();
    return asked.anyMatch(name -> after.reaches(name, to, at));
  }

  private static List<Host.Name> required(PolicySource source) {
    return source.classes().stream()
        .filter(from -> from.name().equals(MODEL))
        .flatMap(from -> from.allow().stream())
        .filter(RequiredHosts::isRequired)
        .map(Entry::hosts)
        .filter(HostPattern.Exact.class::isInstance)
        .map(pattern -> ((HostPattern.Exact) pattern).name())
        .distinct()
        .toList();
  }

  private static boolean isRequired(Entry entry) {
    return entry
        .catalog()
        .flatMap(Catalogs.builtIn()::expand)
        .map(hosts -> hosts.stream().anyMatch(host -> isRequired(host, entry)))
        .orElse(false);
  }

  private static boolean isRequired(CatalogEntry host, Entry entry) {
    return host.required() && host.pattern().equals(entry.hosts());
  }
}
