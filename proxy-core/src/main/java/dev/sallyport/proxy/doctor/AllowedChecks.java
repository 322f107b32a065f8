package dev.sallyport.proxy.doctor;

import static dev.sallyport.proxy.doctor.Group.ALLOWED;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Whether what is allowed works: one host of each of the caller's classes, through the gate.
final class AllowedChecks {
  /// How long before its end an origin's certificate is told of.
  static final Duration EXPIRY_NOTICE = Duration.ofDays(14);

  private AllowedChecks() {}

  static List<Check> of(Plan plan, GateStatus status, GateClient client) {
    List<Check> checks = new ArrayList<>();
    for (String trafficClass : status.classes()) {
      GateStatus.Allowed first =
          status.allowed().stream()
              .filter(each -> each.trafficClass().equals(trafficClass))
              .findFirst()
              .orElseThrow();
      String sent =
          !first.https()
              ? "HEAD / over http"
              : first.intercepted()
                  ? "CONNECT and a TLS handshake with the gate"
                  : "CONNECT and a TLS handshake";
      Probe probe =
          new Probe(ALLOWED, trafficClass, first.authority() + ", through the gate", sent);
      checks.add(
          new Look(
              ALLOWED,
              trafficClass,
              List.of(probe),
              () -> look(first, client, plan.clock().instant())));
    }
    return checks;
  }

  private static Finding look(GateStatus.Allowed host, GateClient client, Instant now) {
    GateClient.Outcome outcome =
        host.https()
            ? client.tunnel(
                host.host(), host.port(), GateClient.Opening.HONEST, GateClient.Asks.NOTHING)
            : client.inClear("HEAD", "http://" + host.authority() + "/", host.host());
    return judge(host, outcome, now);
  }

  /// What an outcome means where the policy allows. Pure.
  static Finding judge(GateStatus.Allowed host, GateClient.Outcome outcome, Instant now) {
    String name = host.trafficClass();
    String at = host.authority();
    return switch (outcome) {
      case GateClient.Outcome.Passed(List<X509Certificate> chain)
          when host.intercepted() || chain.isEmpty() ->
          Finding.fine(
              ALLOWED, name, at + (host.intercepted() ? ", as far as the gate" : " answers"));
      case GateClient.Outcome.Passed(List<X509Certificate> chain) ->
          certificate(name, at, chain.getFirst().getNotAfter().toInstant(), now);
      case GateClient.Outcome.Refused(int status, String reason) ->
          Finding.fails(
              ALLOWED,
              name,
              at + " is refused: " + reason,
              "ask the gate why: http://sallyport.internal/why?url=https%3A%2F%2F" + host.host());
      case GateClient.Outcome.OriginFailed(int status, String reason) ->
          Finding.fails(
              ALLOWED,
              name,
              at + " is allowed, and the gate cannot reach it: " + reason,
              "see the gate's own way out: its DNS, route and firewall, `upstream.proxy`");
      case GateClient.Outcome.Ended ended ->
          Finding.fails(
              ALLOWED,
              name,
              at + " is allowed, and no handshake came about",
              "look at what the gate recorded: `sallyport audit query --host " + host.host() + "`");
      case GateClient.Outcome.Failed(String why) ->
          Finding.fails(
              ALLOWED, name, at + ": " + why, "see the gate's own way out, and its audit");
    };
  }

  static Finding certificate(String name, String at, Instant end, Instant now) {
    long days = Duration.between(now, end).toDays();
    return end.isAfter(now.plus(EXPIRY_NOTICE))
        ? Finding.fine(ALLOWED, name, at + ", certificate good for " + days + " days")
        : Finding.note(
            ALLOWED,
            name,
            at
                + (end.isBefore(now)
                    ? ", its certificate has ended"
                    : ", its certificate ends in " + days + " days"),
            "tell who runs it");
  }
}
