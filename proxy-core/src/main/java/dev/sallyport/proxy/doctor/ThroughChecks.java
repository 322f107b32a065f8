package dev.sallyport.proxy.doctor;

import static dev.sallyport.proxy.doctor.Group.THROUGH;

import dev.sallyport.proxy.doctor.GateClient.Asks;
import dev.sallyport.proxy.doctor.GateClient.Opening;
import dev.sallyport.proxy.doctor.GateClient.Outcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// What the gate itself must refuse. Nothing of it leaves the gate but a connection to an allowed
/// host, to which nothing is sent.
final class ThroughChecks {
  private static final String NO_SERVER = "the gate alone, which refuses it";
  private static final String PASSED =
      "find the entry that allows it: `sallyport policy explain`; in report mode everything is let"
          + " through";
  private static final int DISCARD = 9;
  private static final int HTTP = 80;
  private static final int HTTPS = 443;
  private static final int SSH = 22;

  private final Plan plan;
  private final GateAddress gate;
  private final GateClient client;
  private final List<Check> checks = new ArrayList<>();

  private ThroughChecks(Plan plan, GateAddress gate, GateClient client) {
    this.plan = plan;
    this.gate = gate;
    this.client = client;
  }

  static List<Check> of(Plan plan, GateAddress gate, GateStatus status, GateClient client) {
    ThroughChecks all = new ThroughChecks(plan, gate, client);
    all.hosts();
    status.anyHttps().ifPresent(all::atAllowed);
    status.allowed().stream()
        .filter(host -> host.https() && host.intercepted())
        .findFirst()
        .ifPresent(all::atIntercepted);
    all.credentials();
    return all.checks;
  }

  private void hosts() {
    connect("unlisted host", Targets.UNLISTED, HTTPS);
    Targets targets = plan.targets();
    for (String address : targets.outside()) {
      connect("raw address" + RoundChecks.family(address), address, HTTPS);
    }
    String metadata = targets.metadata().getFirst();
    connect("metadata address", metadata, HTTP);
    connect("loopback", "127.0.0.1", SSH);
    connect("loopback by name", "localhost", SSH);
    connect("the gate's admin port", gate.host(), plan.adminPort());
    connect("the gate itself", gate.host(), gate.port());
    connect("address in disguise", "2130706433", HTTPS);
    clear("unlisted host over http", "http://" + Targets.UNLISTED + "/", Targets.UNLISTED);
    clear("metadata over http", "http://" + metadata + "/latest/meta-data/", metadata);
    clear("https in clear", "https://" + Targets.UNLISTED + "/", Targets.UNLISTED);
  }

  private void atAllowed(GateStatus.Allowed host) {
    connect("port that is not allowed", host.host(), DISCARD);
    within("TLS for another host", host, Opening.OTHER_NAME);
    within("TLS without a name", host, Opening.NO_NAME);
    within("another protocol", host, Opening.NO_TLS);
  }

  /// Domain fronting, which shows only where requests are seen.
  private void atIntercepted(GateStatus.Allowed host) {
    String name = "request for another host";
    checks.add(
        check(
            name,
            new Probe(
                THROUGH,
                name,
                host.authority(),
                "HEAD / for " + Targets.UNLISTED + ", which the gate refuses"),
            () -> client.tunnel(host.host(), host.port(), Opening.HONEST, Asks.ANOTHER_HOST),
            Asked.OF_THE_GATE));
  }

  private void connect(String name, String host, int port) {
    String to = (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    checks.add(
        check(
            name,
            new Probe(THROUGH, name, NO_SERVER, "CONNECT " + to),
            () -> client.tunnel(host, port, Opening.HONEST, Asks.THE_HOST),
            Asked.OF_THE_GATE));
  }

  private void clear(String name, String url, String host) {
    checks.add(
        check(
            name,
            new Probe(THROUGH, name, NO_SERVER, "GET " + url),
            () -> client.inClear("GET", url, host),
            Asked.OF_THE_GATE));
  }

  private void within(String name, GateStatus.Allowed host, Opening opening) {
    String sent =
        host.intercepted()
            ? "CONNECT; the gate ends what follows"
            : "CONNECT: a connection of the gate's, on which nothing follows";
    checks.add(
        check(
            name,
            new Probe(THROUGH, name, host.authority(), sent),
            () -> client.tunnel(host.host(), host.port(), opening, Asks.NOTHING),
            Asked.OF_A_REACHED_HOST));
  }

  private static Check check(String name, Probe probe, Supplier<Outcome> trial, Asked asked) {
    return new Look(THROUGH, name, List.of(probe), () -> judge(name, trial.get(), asked));
  }

  /// What a trial depends on.
  enum Asked {
    /// Nothing: the gate refuses before it goes anywhere.
    OF_THE_GATE,
    /// On an allowed host that the gate reaches first.
    OF_A_REACHED_HOST
  }

  /// What an outcome means where the gate must refuse. Pure.
  static Finding judge(String name, Outcome outcome, Asked asked) {
    return switch (outcome) {
      case Outcome.Refused(int status, String reason) ->
          Finding.fine(THROUGH, name, "refused: " + reason);
      case Outcome.Ended ended -> Finding.fine(THROUGH, name, "ended by the gate");
      case Outcome.Passed passed -> Finding.fails(THROUGH, name, "was let through", PASSED);
      case Outcome.OriginFailed(int status, String reason) ->
          asked == Asked.OF_A_REACHED_HOST
              ? Finding.skipped(THROUGH, name, "the allowed host cannot be reached: " + reason)
              : Finding.fails(
                  THROUGH,
                  name,
                  "was let through, and came to nothing only outside: " + reason,
                  PASSED);
      case Outcome.Failed(String why) ->
          Finding.fails(
              THROUGH, name, "no clear answer: " + why, "see the gate's audit and its log");
    };
  }

  /// Whether the token counts: what a client gets that shows none.
  private void credentials() {
    if (gate.authorization().isEmpty()) {
      return;
    }
    String name = "without credentials";
    GateClient stranger =
        new GateClient(
            new GateAddress(gate.tls(), gate.host(), gate.port(), Optional.empty()),
            plan.environment(),
            plan.pace().gate());
    checks.add(new Look(THROUGH, name, List.of(), () -> stranger(name, stranger)));
  }

  private static Finding stranger(String name, GateClient stranger) {
    try {
      Optional<String> profile =
          GateStatus.parse(stranger.page("/status")).flatMap(GateStatus::profile);
      return profile
          .map(
              given ->
                  Finding.note(
                      THROUGH,
                      name,
                      "whoever shows none gets profile `" + given + "`",
                      "see `assign` in the policy; tokens tell clients apart only where it asks for"
                          + " them"))
          .orElseGet(() -> Finding.fine(THROUGH, name, "nothing is allowed"));
    } catch (GateClient.PageRefusedException refused) {
      return Finding.fine(THROUGH, name, "refused: " + refused.status());
    } catch (IOException failed) {
      return Finding.fails(
          THROUGH,
          name,
          "no clear answer: " + GateClient.sentence(failed),
          "see the gate's audit and its log");
    }
  }
}
