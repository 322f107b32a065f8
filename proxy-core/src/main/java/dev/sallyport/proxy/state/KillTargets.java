package dev.sallyport.proxy.state;

import dev.sallyport.rules.Cidr;
import dev.sallyport.rules.Host;
import dev.sallyport.rules.HostPattern;
import dev.sallyport.rules.Kill.Target;
import dev.sallyport.rules.MalformedHostException;
import dev.sallyport.rules.TrafficClass;
import dev.sallyport.rules.load.Fields;
import java.util.List;
import java.util.Optional;

/// What a kill switch is against, in two words: a kind and a value, as on the command line and in
/// the state file.
public final class KillTargets {
  /// The kind of a kill switch against a client.
  public static final String CLIENT = "client";

  /// The kind of one against a host.
  public static final String HOST = "host";

  /// The kind of one against a class.
  public static final String CLASS = "class";

  private static final String EVERYTHING = "everything";

  /// The kinds that have a value.
  public static final List<String> KINDS = List.of(CLIENT, HOST, CLASS);

  private KillTargets() {}

  /// A target in words.
  ///
  /// @param kind one of [#KINDS]
  /// @param value of a client: the name of a token, an address or a range; of a host: a name, which
  ///   stands for the names below it too, an address or a range; of a class: its name
  /// @return empty when the value is none of these
  public static Optional<Target> of(String kind, String value) {
    return switch (kind) {
      case CLIENT ->
          Optional.of(range(value).<Target>map(Target.From::new).orElse(new Target.Client(value)));
      case HOST -> host(value);
      case CLASS -> Optional.of(new Target.As(new TrafficClass(value)));
      default -> Optional.empty();
    };
  }

  private static Optional<Target> host(String value) {
    Optional<Cidr> range = range(value);
    if (range.isPresent()) {
      return Optional.of(new Target.To(new HostPattern.Addresses(range.get())));
    }
    try {
      return Host.parse(value) instanceof Host.Name name
          ? Optional.of(new Target.To(new HostPattern.Domain(name)))
          : Optional.empty();
    } catch (MalformedHostException notAHost) {
      return Optional.empty();
    }
  }

  private static Optional<Cidr> range(String value) {
    String bare =
        value.startsWith("[") && value.endsWith("]")
            ? value.substring(1, value.length() - 1)
            : value;
    try {
      return Optional.of(Cidr.parse(bare));
    } catch (MalformedHostException notARange) {
      return Optional.empty();
    }
  }

  static Optional<Target> read(Fields fields) {
    fields.known(KINDS);
    fields.known(List.of(EVERYTHING));
    if (fields.has(EVERYTHING)) {
      return Optional.of(new Target.Everything());
    }
    return KINDS.stream()
        .filter(fields::has)
        .findFirst()
        .flatMap(kind -> fields.text(kind).flatMap(value -> of(kind, value)));
  }

  static String kind(Target target) {
    return switch (target) {
      case Target.Everything _ -> EVERYTHING;
      case Target.Client _, Target.From _ -> CLIENT;
      case Target.To _ -> HOST;
      case Target.As _ -> CLASS;
    };
  }

  static String value(Target target) {
    return switch (target) {
      case Target.Everything _ -> "yes";
      case Target.Client(String name) -> name;
      case Target.From(Cidr range) -> range.toString();
      case Target.To(HostPattern hosts) -> value(hosts);
      case Target.As(TrafficClass name) -> name.name();
    };
  }

  private static String value(HostPattern hosts) {
    return switch (hosts) {
      case HostPattern.Exact(Host.Name name) -> name.text();
      case HostPattern.Below(Host.Name name) -> name.text();
      case HostPattern.Domain(Host.Name name) -> name.text();
      case HostPattern.Addresses(Cidr range) -> range.toString();
      case HostPattern.Any() -> "any";
    };
  }
}
