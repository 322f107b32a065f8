package dev.sallyport.proxy.doctor;

import static dev.sallyport.proxy.doctor.Group.ROUND;

import dev.sallyport.proxy.doctor.Closed.Answers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Ways round the gate that must be closed: each is tried.
final class RoundChecks {
  private static final String CONNECTION =
      "a TCP connection, closed at once; if it is taken, TLS and HEAD / for "
          + Targets.UNLISTED
          + " show whether the gate took it";
  private static final int HTTPS = 443;
  private static final int HTTP = 80;
  private static final int DNS_OVER_TLS = 853;
  private static final int SSH = 22;

  /// Ports of a neighbour or of the gate's machine that matter: ssh, http, https, a container
  /// engine's, a kubelet's.
  private static final List<Integer> SERVICES = List.of(SSH, HTTP, HTTPS, 2375, 10250);

  private static final List<Path> ENGINES =
      List.of(
          Path.of("/var/run/docker.sock"),
          Path.of("/run/podman/podman.sock"),
          Path.of("/run/containerd/containerd.sock"));

  private static final String SERVICE_MEND =
      "let the client's network reach the gate's port alone (docs/deploy.md)";

  private final Plan plan;
  private final Closed closed;
  private final Direct direct;
  private final Optional<GateStatus> status;
  private final List<Check> checks = new ArrayList<>();

  private RoundChecks(Plan plan, Optional<GateStatus> status) {
    this.plan = plan;
    this.closed = new Closed(plan.expectation());
    this.direct = new Direct(plan.pace().direct());
    this.status = status;
  }

  static List<Check> of(Plan plan, Optional<GateStatus> status) {
    RoundChecks all = new RoundChecks(plan, status);
    Network network = Network.read(plan.machine());
    all.outside();
    all.allowedHost();
    all.quic();
    all.names(network);
    all.checks.addAll(PingCheck.of(plan, all.closed));
    all.metadata();
    all.gatesMachine();
    all.neighbours(network);
    all.sockets();
    return all.checks;
  }

  private void outside() {
    for (String address : plan.targets().outside()) {
      for (int port : plan.targets().ports()) {
        tcp("tcp " + port + family(address), address, port, Answers.NO);
      }
    }
    for (Plan.Outside known : plan.outside()) {
      tcp("tcp to " + known.host() + ":" + known.port(), known.host(), known.port(), Answers.YES);
    }
  }

  /// An allowed host, without the gate: by the name that a program would use.
  private void allowedHost() {
    Optional<GateStatus.Allowed> host = status.flatMap(GateStatus::anyHttps);
    if (host.isPresent()) {
      String name = "allowed host by name";
      tcp(name, host.get().host(), host.get().port(), Answers.YES);
      tcp("ssh to it by name", host.get().host(), SSH, Answers.NO);
    }
  }

  private void tcp(String name, String host, int port, Answers answers) {
    tcp(name, host, port, answers, Closed.MEND);
  }

  private void tcp(String name, String host, int port, Answers answers, String mend) {
    String to = (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    checks.add(
        new Look(
            ROUND,
            name,
            List.of(new Probe(ROUND, name, to, CONNECTION)),
            () -> {
              Attempt attempt = attempt(host, port);
              return attempt == Attempt.OPEN
                  ? closed.open(name, to + " answers without the gate", mend)
                  : closed.judge(name, to, attempt, answers);
            }));
  }

  private Attempt attempt(String host, int port) throws InterruptedException {
    Optional<InetAddress> literal = Network.literal(host);
    List<InetAddress> addresses =
        literal.isPresent() ? List.of(literal.get()) : direct.resolve(host);
    Attempt last = Attempt.NO_NAME;
    for (InetAddress address : addresses) {
      last = direct.connection(new InetSocketAddress(address, port));
      if (last == Attempt.OPEN) {
        return last;
      }
    }
    return last;
  }

  private void quic() {
    for (String address : plan.targets().outside()) {
      String name = "QUIC" + family(address);
      Probe probe = new Probe(ROUND, name, address + " udp 443", "one datagram");
      checks.add(
          new Look(
              ROUND,
              name,
              List.of(probe),
              () ->
                  closed.judge(
                      name,
                      address,
                      direct
                          .udp(
                              new InetSocketAddress(InetAddress.ofLiteral(address), HTTPS),
                              Direct.quic())
                          .attempt(),
                      Answers.NO)));
    }
  }

  private void names(Network network) {
    String asked =
        status
            .flatMap(GateStatus::anyHttps)
            .map(GateStatus.Allowed::host)
            .orElse(Targets.KNOWN_NAME);
    checks.addAll(DnsChecks.of(plan, closed, asked, network.resolvers(), resolvers()));
    for (InetAddress resolver : resolvers()) {
      String address = resolver.getHostAddress();
      Answers answers = plan.resolver().isPresent() ? Answers.YES : Answers.NO;
      tcp("DNS over TLS" + family(address), address, DNS_OVER_TLS, answers);
      tcp("DNS over HTTPS" + family(address), address, HTTPS, Answers.NO);
    }
  }

  private List<InetAddress> resolvers() {
    return plan.resolver()
        .map(List::of)
        .orElseGet(() -> plan.targets().resolvers().stream().map(InetAddress::ofLiteral).toList());
  }

  private void metadata() {
    for (String address : plan.targets().metadata()) {
      tcp("metadata" + family(address), address, HTTP, Answers.YES);
    }
  }

  /// Whatever else the gate's machine offers.
  private void gatesMachine() {
    if (plan.gate().isEmpty()) {
      return;
    }
    String host = plan.gate().get().host();
    tcp("the gate's admin port", host, plan.adminPort(), Answers.YES, SERVICE_MEND);
    for (int port : SERVICES) {
      if (port != plan.gate().get().port()) {
        tcp("the gate's port " + port, host, port, Answers.YES, SERVICE_MEND);
      }
    }
  }

  private void neighbours(Network network) {
    for (InetAddress neighbour : network.neighbours()) {
      String address = neighbour.getHostAddress();
      if (plan.gate().filter(gate -> gate.host().equals(address)).isEmpty()) {
        for (int port : SERVICES) {
          tcp("neighbour " + address + ":" + port, address, port, Answers.YES, SERVICE_MEND);
        }
      }
    }
  }

  private void sockets() {
    for (Path control : plan.controls()) {
      socket(
          "control socket",
          control,
          "keep the gate's control socket out of the client's reach: whoever has it changes what"
              + " may leave");
    }
    for (Path engine : ENGINES) {
      socket(
          "container engine",
          plan.machine().resolve(engine.toString().substring(1)),
          "do not mount it into the client's container: whoever has it has the machine");
    }
  }

  private void socket(String kind, Path path, String mend) {
    String name = kind + " " + path;
    if (!Files.exists(path)) {
      return;
    }
    Probe probe = new Probe(ROUND, name, path.toString(), "a connection, closed at once");
    checks.add(
        new Look(
            ROUND,
            name,
            List.of(probe),
            () -> {
              try (SocketChannel open = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
                return open.isConnected()
                    ? closed.open(name, "can be connected to", mend)
                    : Finding.fine(ROUND, name, "cannot be connected to");
              } catch (IOException | UnsupportedOperationException refused) {
                return Finding.fine(ROUND, name, "cannot be connected to");
              }
            }));
  }

  static String family(String address) {
    return address.indexOf(':') >= 0 ? " (IPv6)" : "";
  }
}
