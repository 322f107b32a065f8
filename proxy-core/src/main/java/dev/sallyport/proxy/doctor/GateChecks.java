package dev.sallyport.proxy.doctor;

import static dev.sallyport.proxy.doctor.Group.GATE;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Asks the gate who it is, and whom it takes the client for. Blocks.
final class GateChecks {
  private static final String NAME = "reached";
  private static final int NO_CREDENTIALS = 407;

  private GateChecks() {}

  /// What was seen, and what the gate said.
  ///
  /// @param status empty when it did not answer, or not as a gate
  record Asked(List<Finding> findings, Optional<GateStatus> status) {}

  static Asked ask(Plan plan) {
    if (plan.gate().isEmpty()) {
      return failed(
          "no proxy variable names a gate",
          "export HTTPS_PROXY=http://NAME:TOKEN@HOST:PORT (and the others that docs/doctor.md"
              + " lists), or run it as `sallyport run -- sallyport doctor`; `--gate URL` names"
              + " one");
    }
    GateAddress gate = plan.gate().get();
    GateClient client = new GateClient(gate, plan.environment(), plan.pace().gate());
    Instant before = plan.clock().instant();
    try {
      String page = client.page("/status");
      Instant after = plan.clock().instant();
      Optional<GateStatus> status = GateStatus.parse(page);
      if (status.isEmpty()) {
        return failed(
            gate.url() + " answers, and not as a Sallyport gate does",
            "see what listens there; another proxy may stand in front of the gate");
      }
      List<Finding> findings = new ArrayList<>();
      Duration took = Duration.between(before, after);
      findings.add(Finding.fine(GATE, NAME, gate.url() + ", in " + took.toMillis() + " ms"));
      findings.addAll(GateFacts.of(status.get(), before.plus(took.dividedBy(2))));
      return new Asked(findings, status);
    } catch (GateClient.PageRefusedException refused) {
      return refused.status() == NO_CREDENTIALS
          ? failed(
              gate.url() + " does not take the credentials (407)",
              gate.authorization().isPresent()
                  ? "the token is wrong, ended or revoked: `sallyport token add NAME` makes a new"
                      + " one; put it into every proxy variable"
                  : "put NAME:TOKEN into the proxy variables: http://NAME:TOKEN@HOST:PORT")
          : failed(
              gate.url() + " answers " + refused.status() + " to what a gate answers itself",
              "see what listens there; another proxy may stand in front of the gate");
    } catch (IOException down) {
      return failed(gate.url() + ": " + GateClient.sentence(down), failed(gate));
    }
  }

  private static String failed(GateAddress gate) {
    String start = "start the gate (`sallyport serve`), and see that this client has a route to it";
    return gate.tls()
        ? start + "; where its certificate is not trusted, name its root in SSL_CERT_FILE"
        : start;
  }

  private static Asked failed(String seen, String mend) {
    return new Asked(List.of(Finding.fails(GATE, NAME, seen, mend)), Optional.empty());
  }
}
