package dev.sallyport.proxy.doctor;

import static dev.sallyport.proxy.doctor.Group.ROUND;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Whether names of the outside can be resolved from here. What a name says leaves with the
/// question, so that a resolver is a way out like any other.
final class DnsChecks {
  private static final String MEND =
      "give the client no resolver that asks outside: the gate resolves for it (docs/deploy.md)";

  private final Closed closed;
  private final DnsProbe dns;
  private final Direct direct;
  private final String asked;
  private final List<Check> checks = new ArrayList<>();

  private DnsChecks(Plan plan, Closed closed, String asked) {
    this.closed = closed;
    this.dns = new DnsProbe(plan.pace().direct(), DnsProbe.PORT);
    this.direct = new Direct(plan.pace().direct());
    this.asked = asked;
  }

  /// @param asked a name that resolvers of the outside know
  /// @param own resolvers of this system
  /// @param others resolvers that stand for public ones
  static List<Check> of(
      Plan plan, Closed closed, String asked, List<InetAddress> own, List<InetAddress> others) {
    DnsChecks all = new DnsChecks(plan, closed, asked);
    all.system();
    own.forEach(resolver -> all.both(Whose.OWN, resolver, Closed.Answers.YES));
    Closed.Answers answers = plan.resolver().isPresent() ? Closed.Answers.YES : Closed.Answers.NO;
    others.forEach(resolver -> all.both(Whose.PUBLIC, resolver, answers));
    return all.checks;
  }

  private void system() {
    String name = "names by the system";
    checks.add(
        new Look(
            ROUND,
            name,
            List.of(probe(name, "the system's resolver")),
            () -> {
              List<InetAddress> addresses = direct.resolve(asked);
              return addresses.isEmpty()
                  ? Finding.fine(ROUND, name, asked + " cannot be resolved")
                  : resolved(name, addresses.getFirst(), first(direct.resolve(Targets.UNLISTED)));
            }));
  }

  private static Optional<InetAddress> first(List<InetAddress> addresses) {
    return addresses.stream().findFirst();
  }

  private Probe probe(String name, String to) {
    return new Probe(ROUND, name, to, "a question for the address of " + asked);
  }

  /// Whose a resolver is. One of this network may answer for the names of this network.
  enum Whose {
    OWN("own resolver"),
    PUBLIC("public resolver");

    private final String words;

    Whose(String words) {
      this.words = words;
    }
  }

  private void both(Whose whose, InetAddress resolver, Closed.Answers answers) {
    String address = resolver.getHostAddress();
    String family = RoundChecks.family(address);
    String udp = "DNS by udp to " + whose.words + family;
    String tcp = "DNS by tcp to " + whose.words + family;
    checks.add(
        new Look(
            ROUND,
            udp,
            List.of(probe(udp, address + " udp 53")),
            () ->
                judge(
                    udp,
                    whose,
                    address,
                    dns.udp(resolver, asked),
                    () -> dns.udp(resolver, Targets.UNLISTED).address(),
                    answers)));
    checks.add(
        new Look(
            ROUND,
            tcp,
            List.of(probe(tcp, address + " tcp 53")),
            () ->
                judge(
                    tcp,
                    whose,
                    address,
                    dns.tcp(resolver, asked),
                    () -> dns.tcp(resolver, Targets.UNLISTED).address(),
                    answers)));
  }

  /// Asks for a name that does not exist.
  @FunctionalInterface
  private interface Another {
    Optional<InetAddress> ask();
  }

  private Finding judge(
      String name,
      Whose whose,
      String to,
      DnsProbe.Answer answer,
      Another another,
      Closed.Answers answers) {
    if (answer.address().isPresent()) {
      return resolved(name, answer.address().get(), another.ask());
    }
    return answer.attempt() == Attempt.OPEN && whose == Whose.OWN
        ? Finding.fine(ROUND, name, to + " does not know " + asked)
        : closed.judge(name, to, answer.attempt(), answers);
  }

  /// A resolver that gives every name one address asks nobody: the gate's own, in a transparent
  /// set-up.
  private Finding resolved(String name, InetAddress address, Optional<InetAddress> invented) {
    return invented.filter(address::equals).isPresent()
        ? Finding.fine(
            ROUND, name, "every name is " + address.getHostAddress() + ": nobody is asked")
        : closed.open(name, asked + " is resolved without the gate", MEND);
  }
}
