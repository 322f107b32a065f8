package dev.sallyport.proxy.config;

import dev.sallyport.rules.Addresses;
import dev.sallyport.rules.Cidr;
import dev.sallyport.rules.Destination;
import dev.sallyport.rules.Host;
import dev.sallyport.rules.load.Fields;
import dev.sallyport.rules.load.Node;
import dev.sallyport.rules.load.Problem;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Reads `listen` and `admin`.
final class ListenReader {
  static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
  static final int DEFAULT_PORT = 3128;
  static final int DEFAULT_ADMIN_PORT = 9328;

  /// The name of a listener that gives none.
  static final String DEFAULT_NAME = "main";

  private static final String PROXY_PROTOCOL = "proxy-protocol";
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  private final SettingValues values;
  private final Set<String> names = new HashSet<>();
  private final Set<String> sockets = new HashSet<>();

  ListenReader(SettingValues values) {
    this.values = values;
  }

  List<Listen> listen(Fields root) {
    if (root.node("listen").isEmpty()) {
      return List.of(new Listen(DEFAULT_NAME, LOOPBACK, DEFAULT_PORT));
    }
    List<Node> items = root.list("listen");
    if (items.isEmpty() && root.node("listen").get() instanceof Node.Sequence) {
      values.problem(
          root.place("listen"),
          "`listen` is empty, and a gate listens somewhere",
          "write `listen: [{port: 3128}]`");
    }
    List<Listen> listeners = new ArrayList<>();
    for (Node item : items) {
      Fields.of("a listener", item, values.problems()).ifPresent(one -> listeners.add(one(one)));
    }
    return listeners;
  }

  Settings.Admin admin(Fields root) {
    Fields admin = values.section(root, "admin");
    Settings.Admin read =
        new Settings.Admin(address(admin), port(admin, DEFAULT_ADMIN_PORT), hosts(admin));
    admin.finish();
    claim(admin, read.address(), read.port());
    return read;
  }

  private List<Host.Name> hosts(Fields admin) {
    List<Host.Name> names = new ArrayList<>();
    for (Node.Scalar text : admin.texts("hosts")) {
      values
          .host(text)
          .ifPresent(
              host -> {
                switch (host) {
                  case Host.Name name -> names.add(name);
                  case Host.Literal literal ->
                      values.problem(
                          text.place(), "addresses are accepted as they are", "leave it out");
                }
              });
    }
    return names;
  }

  private Listen one(Fields fields) {
    Listen listen =
        new Listen(
            name(fields),
            address(fields),
            port(fields, DEFAULT_PORT),
            balancers(fields),
            new ListenTlsReader(values).tls(fields),
            service(fields));
    fields.finish();
    claim(fields, listen.address(), listen.port());
    return listen;
  }

  private Listen.Service service(Fields fields) {
    boolean socks = fields.bool("socks").orElse(false);
    Optional<Listen.Leading> how = LeadingReader.read(fields, values);
    if (how.isPresent() && (socks || fields.has("tls"))) {
      values.problem(
          fields.place("transparent"),
          "a listener is a proxy or takes what the network leads to it, not both",
          "remove `socks` and `tls`, or give `transparent` a listener of its own");
    }
    return how.<Listen.Service>map(Listen.Service.Transparent::new)
        .orElse(new Listen.Service.Proxy(socks));
  }

  private String name(Fields fields) {
    Optional<Node.Scalar> written = fields.scalar("name");
    String name = written.map(Node.Scalar::text).orElse(DEFAULT_NAME);
    if (!NAME.matcher(name).matches()) {
      values.problem(
          fields.place("name"),
          Problem.quote(name) + " cannot name a listener",
          "use 1 to 64 letters, digits, `.`, `_` or `-`, a letter or digit first");
    } else if (!names.add(name)) {
      values.problem(
          fields.place("name"),
          "two listeners are named " + Problem.quote(name),
          written.isPresent()
              ? "give each its own `name`"
              : "without a `name` a listener is `main`; give it one");
    }
    return name;
  }

  /// Whose PROXY protocol header is believed. `true` would be everybody's.
  private List<Cidr> balancers(Fields fields) {
    List<Cidr> ranges = new ArrayList<>();
    List<Node> written = fields.oneOrMore(PROXY_PROTOCOL);
    for (Node node : written) {
      Optional<Node.Scalar> text = fields.asText(PROXY_PROTOCOL, node);
      if (text.isPresent() && text.get().text().equals("true")) {
        namesNobody(fields);
      } else if (text.isPresent() && !text.get().text().equals("false")) {
        values.range(text.get()).ifPresent(ranges::add);
      }
    }
    if (fields.has(PROXY_PROTOCOL) && written.isEmpty()) {
      namesNobody(fields);
    }
    return ranges;
  }

  private void namesNobody(Fields fields) {
    values.problem(
        fields.place(PROXY_PROTOCOL),
        "`proxy-protocol` must name the balancers whose header is believed",
        "write their addresses or prefixes, such as `[10.0.0.0/24]`");
  }

  private InetAddress address(Fields fields) {
    return fields.scalar("address").flatMap(values::address).orElse(LOOPBACK);
  }

  private static int port(Fields fields, int otherwise) {
    return fields.integer("port", 0, Destination.MAX_PORT).orElse(otherwise);
  }

  private void claim(Fields fields, InetAddress address, int port) {
    String socket = Addresses.text(address) + " port " + port;
    if (port != 0 && !sockets.add(socket)) {
      values.problem(
          fields.place("port"), "two listeners are on " + socket, "give one another port");
    }
  }
}
