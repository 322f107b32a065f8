package dev.sallyport.rules.check;

import dev.sallyport.rules.Addresses;
import dev.sallyport.rules.Host;
import java.util.List;
import java.util.stream.Collectors;

/// Hosts that share a fate, in as few words as say it exactly.
public sealed interface Area {
  /// Names that a text lists as exceptions; more are counted.
  int EXCEPTIONS_NAMED = 3;

  /// Whether a host is meant.
  boolean contains(Host host);

  /// For a person.
  String text();

  /// One name.
  record One(Host.Name name) implements Area {
    @Override
    public boolean contains(Host host) {
      return host.equals(name);
    }

    @Override
    public String text() {
      return name.text();
    }
  }

  /// The names below one.
  ///
  /// @param itself whether the name itself is meant too
  /// @param except not these, nor what is below them
  record Below(Host.Name name, boolean itself, List<Host.Name> except) implements Area {
    @Override
    public boolean contains(Host host) {
      boolean below = isBelow(host, name);
      return (below && !isAmong(host, except)) || (itself && host.equals(name));
    }

    @Override
    public String text() {
      return (itself ? name.text() + " and every name below it" : "every name below " + name.text())
          + exceptions(except);
    }
  }

  /// All names.
  ///
  /// @param except not these, nor what is below them
  record Names(List<Host.Name> except) implements Area {
    @Override
    public boolean contains(Host host) {
      return host instanceof Host.Name && !isAmong(host, except);
    }

    @Override
    public String text() {
      return "every name" + exceptions(except);
    }
  }

  /// Address literals.
  record Literals(AddressSpan span) implements Area {
    @Override
    public boolean contains(Host host) {
      return host instanceof Host.Literal(var address) && span.contains(address);
    }

    @Override
    public String text() {
      boolean one = span.first().equals(span.last());
      return one ? "address " + Addresses.text(span.first()) : "addresses " + span.text();
    }
  }

  private static boolean isBelow(Host host, Host.Name name) {
    return host instanceof Host.Name && host.text().endsWith("." + name.text());
  }

  private static boolean isAmong(Host host, List<Host.Name> names) {
    return names.stream().anyMatch(name -> host.equals(name) || isBelow(host, name));
  }

  private static String exceptions(List<Host.Name> except) {
    if (except.isEmpty()) {
      return "";
    }
    int more = except.size() - EXCEPTIONS_NAMED;
    String named =
        except.stream()
            .limit(more > 1 ? EXCEPTIONS_NAMED : except.size())
            .map(Host.Name::text)
            .collect(Collectors.joining(", "));
    return " but " + named + (more > 1 ? " and " + more + " more, each with what is below it" : "");
  }
}
