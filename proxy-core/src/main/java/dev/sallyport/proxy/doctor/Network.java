package dev.sallyport.proxy.doctor;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What this machine knows of its own network: resolvers, routers, neighbours. Reads files of
/// Linux; elsewhere, and where they cannot be read, it knows nothing.
record Network(List<InetAddress> resolvers, List<InetAddress> neighbours) {
  /// Of each kind at most so many are looked at.
  static final int MAX_RESOLVERS = 3;

  static final int MAX_NEIGHBOURS = 6;

  private static final int HEX = 16;

  /// Reads `etc/resolv.conf`, `proc/net/route` and `proc/net/arp` below a folder.
  static Network read(Path root) {
    Set<InetAddress> neighbours = new LinkedHashSet<>();
    for (String line : lines(root.resolve("proc/net/route"))) {
      router(line).ifPresent(neighbours::add);
    }
    for (String line : lines(root.resolve("proc/net/arp"))) {
      neighbour(line).ifPresent(neighbours::add);
    }
    List<InetAddress> resolvers = new ArrayList<>();
    for (String line : lines(root.resolve("etc/resolv.conf"))) {
      resolver(line).filter(each -> !resolvers.contains(each)).ifPresent(resolvers::add);
    }
    return new Network(
        resolvers.stream().limit(MAX_RESOLVERS).toList(),
        neighbours.stream().limit(MAX_NEIGHBOURS).toList());
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException unknown) {
      return List.of();
    }
  }

  /// The gateway of a route, in hexadecimal and in the order of a little machine.
  static Optional<InetAddress> router(String line) {
    String[] fields = line.split("\\s+", -1);
    if (fields.length < 3 || !fields[2].matches("[0-9A-F]{8}") || fields[2].equals("00000000")) {
      return Optional.empty();
    }
    long address = Long.parseLong(fields[2], HEX);
    return literal(
        (address & 0xff)
            + "."
            + ((address >> 8) & 0xff)
            + "."
            + ((address >> 16) & 0xff)
            + "."
            + ((address >> 24) & 0xff));
  }

  /// Whoever answered for an address on the link.
  static Optional<InetAddress> neighbour(String line) {
    String[] fields = line.strip().split("\\s+", -1);
    boolean known = fields.length >= 4 && !fields[3].equals("00:00:00:00:00:00");
    return known ? literal(fields[0]) : Optional.empty();
  }

  static Optional<InetAddress> resolver(String line) {
    String[] fields = line.strip().split("\\s+", -1);
    return fields.length >= 2 && fields[0].equals("nameserver")
        ? literal(fields[1])
        : Optional.empty();
  }

  /// An address in its text form; nothing is resolved.
  static Optional<InetAddress> literal(String text) {
    try {
      return Optional.of(InetAddress.ofLiteral(text));
    } catch (IllegalArgumentException name) {
      return Optional.empty();
    }
  }
}
