package dev.sallyport.proxy.config;

import dev.sallyport.proxy.config.Settings.ConnectTo;
import dev.sallyport.rules.Host;
import dev.sallyport.rules.load.Fields;
import dev.sallyport.rules.load.Node;
import dev.sallyport.rules.load.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// Reads `connect-to`: lines of `host:port: host:port`, where the left side may have `*` for either
/// half.
final class ConnectToReader {
  private static final String EVERY = "*";

  private final SettingValues values;

  ConnectToReader(SettingValues values) {
    this.values = values;
  }

  List<ConnectTo> connectTo(Fields root) {
    List<ConnectTo> lines = new ArrayList<>();
    for (Node.Field field :
        root.mapping("connect-to").map(Node.Mapping::fields).orElse(List.of())) {
      Node.Scalar left = new Node.Scalar(field.place(), field.name(), Node.Style.QUOTED);
      Optional<Asked> asked = asked(left);
      Optional<Target> target = root.asText(field.name(), field.value()).flatMap(this::target);
      if (asked.isPresent() && target.isPresent()) {
        add(lines, line(asked.get(), target.get()), field);
      }
    }
    return lines;
  }

  /// What a client asks for; empty halves stand for any.
  private record Asked(Optional<Host> host, Optional<Integer> port) {}

  private record Target(Host host, int port) {}

  private static ConnectTo line(Asked asked, Target target) {
    OptionalInt port = asked.port().map(OptionalInt::of).orElse(OptionalInt.empty());
    return new ConnectTo(asked.host(), port, target.host(), target.port());
  }

  private void add(List<ConnectTo> lines, ConnectTo line, Node.Field field) {
    if (lines.stream()
        .anyMatch(other -> other.host().equals(line.host()) && other.port().equals(line.port()))) {
      values.problem(
          field.place(), Problem.quote(field.name()) + " is given twice", "keep one of them");
    }
    lines.add(line);
  }

  private Optional<Asked> asked(Node.Scalar scalar) {
    Optional<HostAndPort> parts = split(scalar, "`host:port`, where either may be `*`");
    if (parts.isEmpty()) {
      return Optional.empty();
    }
    boolean anyHost = parts.get().host().equals(EVERY);
    boolean anyPort = parts.get().port().equals(EVERY);
    Optional<Host> host = anyHost ? Optional.empty() : values.host(scalar, parts.get().host());
    Optional<Integer> port = anyPort ? Optional.empty() : port(scalar, parts.get().port());
    boolean whole = (anyHost || host.isPresent()) && (anyPort || port.isPresent());
    return whole ? Optional.of(new Asked(host, port)) : Optional.empty();
  }

  private Optional<Target> target(Node.Scalar scalar) {
    Optional<HostAndPort> parts = split(scalar, "`host:port`");
    Optional<Host> host = parts.flatMap(both -> values.host(scalar, both.host()));
    Optional<Integer> port = parts.flatMap(both -> port(scalar, both.port()));
    return host.flatMap(to -> port.map(at -> new Target(to, at)));
  }

  private Optional<HostAndPort> split(Node.Scalar scalar, String expected) {
    Optional<HostAndPort> parts = HostAndPort.split(scalar.text());
    if (parts.isEmpty()) {
      values.problem(
          scalar.place(),
          Problem.quote(scalar.text()) + " is not " + expected,
          "write both halves");
    }
    return parts;
  }

  private Optional<Integer> port(Node.Scalar scalar, String text) {
    Optional<Integer> port = SettingValues.port(text);
    if (port.isEmpty()) {
      values.problem(
          scalar.place(), Problem.quote(scalar.text()) + " has no port of 1 to 65535", "");
    }
    return port;
  }
}
