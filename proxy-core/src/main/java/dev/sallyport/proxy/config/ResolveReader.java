package dev.sallyport.proxy.config;

import dev.sallyport.proxy.config.Settings.Resolve;
import dev.sallyport.rules.Cidr;
import dev.sallyport.rules.Host;
import dev.sallyport.rules.MalformedHostException;
import dev.sallyport.rules.load.Fields;
import dev.sallyport.rules.load.Node;
import dev.sallyport.rules.load.Problem;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Reads `resolve`.
final class ResolveReader {
  private static final int DNS_PORT = 53;
  private static final String SYSTEM = "system";
  private static final String NONE = "none";

  /// Prefix lengths that RFC 6052 section 2.2 knows.
  private static final Set<Integer> NAT64_PREFIXES = Set.of(32, 40, 48, 56, 64, 96);

  private final SettingValues values;

  ResolveReader(SettingValues values) {
    this.values = values;
  }

  Resolve resolve(Fields root) {
    Fields resolve = values.section(root, "resolve");
    Resolve read = new Resolve(hosts(resolve), servers(resolve), nat64(resolve));
    resolve.finish();
    return read;
  }

  private Map<Host.Name, List<InetAddress>> hosts(Fields resolve) {
    Map<Host.Name, List<InetAddress>> hosts = new LinkedHashMap<>();
    for (Node.Field field : resolve.mapping("hosts").map(Node.Mapping::fields).orElse(List.of())) {
      name(field).ifPresent(name -> add(hosts, name, field));
    }
    return hosts;
  }

  private void add(Map<Host.Name, List<InetAddress>> hosts, Host.Name name, Node.Field field) {
    List<InetAddress> addresses = addresses(field);
    if (hosts.put(name, addresses) != null) {
      values.problem(
          field.place(), Problem.quote(name.text()) + " is given twice", "keep one of them");
    }
  }

  private Optional<Host.Name> name(Node.Field field) {
    Node.Scalar key = new Node.Scalar(field.place(), field.name(), Node.Style.QUOTED);
    Optional<Host> host = values.host(key);
    if (host.isPresent() && host.get() instanceof Host.Literal) {
      values.problem(
          field.place(),
          Problem.quote(field.name()) + " is an address, and only names resolve",
          "remove it");
    }
    return host.filter(Host.Name.class::isInstance).map(Host.Name.class::cast);
  }

  private List<InetAddress> addresses(Node.Field field) {
    // The reader of lists, lent one key: an address may stand alone or in a list.
    Node.Mapping one = new Node.Mapping(field.place(), List.of(field));
    Fields fields = Fields.of(one, values.problems());
    List<Node> items = fields.oneOrMore(field.name());
    if (items.isEmpty()) {
      values.problem(
          field.place(),
          Problem.quote(field.name()) + " has no address",
          "write one, or remove the name");
    }
    List<InetAddress> addresses = new ArrayList<>();
    for (Node item : items) {
      fields.asText(field.name(), item).flatMap(values::address).ifPresent(addresses::add);
    }
    return addresses;
  }

  private List<InetSocketAddress> servers(Fields resolve) {
    List<InetSocketAddress> servers = new ArrayList<>();
    List<Node.Scalar> written = resolve.texts("servers");
    for (Node.Scalar server : written) {
      if (!server.text().equals(SYSTEM)) {
        values.socketAddress(server, DNS_PORT).ifPresent(servers::add);
      } else if (written.size() > 1) {
        values.problem(
            server.place(),
            "`system` cannot stand beside other servers",
            "name the servers, or `system` alone");
      }
    }
    return servers;
  }

  private Optional<Cidr> nat64(Fields resolve) {
    return resolve
        .scalar("nat64")
        .filter(prefix -> !prefix.text().equals(NONE))
        .flatMap(this::nat64Prefix);
  }

  private Optional<Cidr> nat64Prefix(Node.Scalar prefix) {
    try {
      Cidr range = Cidr.parse(prefix.text());
      if (range.network() instanceof Inet6Address && NAT64_PREFIXES.contains(range.prefix())) {
        return Optional.of(range);
      }
    } catch (MalformedHostException wrong) {
      // Said below, in words that fit both cases.
    }
    values.problem(
        prefix.place(),
        Problem.quote(prefix.text()) + " is not a NAT64 prefix",
        "write `none`, or the network's own as in `64:ff9b::/96`; its length is 32, 40, 48, 56, 64"
            + " or 96");
    return Optional.empty();
  }
}
