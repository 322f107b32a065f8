package dev.sallyport.proxy.config;

import dev.sallyport.rules.Addresses;
import dev.sallyport.rules.Cidr;
import dev.sallyport.rules.Destination;
import dev.sallyport.rules.Host;
import dev.sallyport.rules.MalformedHostException;
import dev.sallyport.rules.Place;
import dev.sallyport.rules.load.Fields;
import dev.sallyport.rules.load.Node;
import dev.sallyport.rules.load.Problem;
import dev.sallyport.rules.load.Problems;
import dev.sallyport.rules.load.Values;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads the kinds of values that settings have and policies have not. Whatever is wrong becomes a
/// problem at its place and an empty answer.
final class SettingValues {
  private final Path base;
  private final Map<String, Path> bases;
  private final Problems problems;

  /// @param base where relative paths start; absolute
  SettingValues(Path base, Problems problems) {
    this(base, Map.of(), problems);
  }

  /// @param bases where those start that stand in other files, by the files' names; absolute
  SettingValues(Path base, Map<String, Path> bases, Problems problems) {
    this.base = base;
    this.bases = Map.copyOf(bases);
    this.problems = problems;
  }

  Problems problems() {
    return problems;
  }

  /// Records a problem.
  void problem(Place place, String what, String hint) {
    problems.add(place, what, hint);
  }

  /// The mapping behind a key, empty where nothing is written. Unlike [Fields#fields] it never
  /// quotes what stands there, which may be a URL with a password.
  Fields section(Fields parent, String key) {
    return parent
        .node(key)
        .flatMap(node -> Fields.of(Problem.quote(key), node, problems))
        .orElseGet(() -> Fields.of(new Node.Mapping(parent.place(key), List.of()), problems));
  }

  /// A path, absolute; the file need not exist.
  Optional<Path> path(Node.Scalar scalar) {
    String text = scalar.text();
    if (text.equals("~") || text.startsWith("~/")) {
      problem(scalar.place(), "`~` is not expanded here", "write the whole path");
      return Optional.empty();
    }
    try {
      Path start = bases.getOrDefault(scalar.place().file(), base);
      return Optional.of(start.resolve(text).normalize());
    } catch (InvalidPathException noPath) {
      problem(scalar.place(), Problem.quote(text) + " is not a path", "");
      return Optional.empty();
    }
  }

  /// An address literal without brackets.
  Optional<InetAddress> address(Node.Scalar scalar) {
    try {
      return Optional.of(Addresses.parse(scalar.text()));
    } catch (MalformedHostException wrong) {
      malformed(scalar, "an address", wrong);
      return Optional.empty();
    }
  }

  /// An address or a prefix, without brackets.
  Optional<Cidr> range(Node.Scalar scalar) {
    try {
      return Optional.of(Cidr.parse(scalar.text()));
    } catch (MalformedHostException wrong) {
      malformed(scalar, "an address or a prefix", wrong);
      return Optional.empty();
    }
  }

  /// A name or an address literal, an IPv6 one in brackets.
  Optional<Host> host(Node.Scalar scalar) {
    return host(scalar, scalar.text());
  }

  /// The same, where the host is a part of the scalar.
  Optional<Host> host(Node.Scalar scalar, String part) {
    try {
      return Optional.of(Host.parse(part));
    } catch (MalformedHostException wrong) {
      malformed(scalar, "a host", wrong);
      return Optional.empty();
    }
  }

  /// An address literal with or without a port: `10.0.0.53`, `10.0.0.53:5353`, `2001:db8::53`,
  /// `[2001:db8::53]:5353`.
  Optional<InetSocketAddress> socketAddress(Node.Scalar scalar, int defaultPort) {
    String text = scalar.text();
    try {
      boolean oneColon = text.contains(":") && text.indexOf(':') == text.lastIndexOf(':');
      if (text.startsWith("[") || oneColon) {
        Optional<HostAndPort> split = HostAndPort.split(text);
        Optional<Integer> port = split.flatMap(parts -> port(parts.port()));
        if (port.isPresent()
            && Host.parse(split.get().host()) instanceof Host.Literal(InetAddress it)) {
          return Optional.of(new InetSocketAddress(it, port.get()));
        }
        throw new MalformedHostException("an address literal and a port are expected");
      }
      return Optional.of(new InetSocketAddress(Addresses.parse(text), defaultPort));
    } catch (MalformedHostException wrong) {
      malformed(scalar, "an address with an optional port", wrong);
      return Optional.empty();
    }
  }

  /// A port of 1 to 65535 in decimal; no problem is recorded.
  static Optional<Integer> port(String text) {
    return Values.integer(text).filter(port -> port >= 1 && port <= Destination.MAX_PORT);
  }

  private void malformed(Node.Scalar scalar, String expected, MalformedHostException wrong) {
    problem(
        scalar.place(),
        Problem.quote(scalar.text()) + " is not " + expected + ": " + wrong.getMessage(),
        "");
  }
}
