package dev.sallyport.proxy.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sallyport.proxy.CannotStartException;
import dev.sallyport.proxy.Gate;
import dev.sallyport.proxy.PolicyOrigin;
import dev.sallyport.proxy.PolicyRejectedException;
import dev.sallyport.proxy.audit.ChainVerifier;
import dev.sallyport.proxy.audit.EventReader;
import dev.sallyport.proxy.audit.RecordedEvent;
import dev.sallyport.proxy.audit.RecordedLine;
import dev.sallyport.proxy.audit.SessionSummary;
import dev.sallyport.proxy.audit.Verification;
import dev.sallyport.proxy.config.Settings;
import dev.sallyport.proxy.config.SettingsLoader;
import dev.sallyport.proxy.config.UserFolders;
import dev.sallyport.proxy.run.RunSettings;
import dev.sallyport.rules.load.LoadException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Sets the stage for a [DemoSession], and looks at what the gate wrote about it.
public final class Demo {
  private static final String POLICY = "policy.yaml";
  private static final String SETTINGS = "sallyport.yaml";

  private Demo() {}

  /// Runs the demo. Needs no network; takes a second or two. Blocks.
  ///
  /// @param folder an empty one, for policy, settings and audit
  /// @return every step, in order
  /// @throws LoadException when settings of the demo cannot be used on this machine
  public static List<Step> run(Path folder, DemoListener listener)
      throws IOException, LoadException, PolicyRejectedException, CannotStartException {
    DemoCertificates certificates = DemoCertificates.of(DemoOrigins.WITH_TLS);
    try (DemoOrigins origins = DemoOrigins.open(certificates.origins())) {
      Path policy = Files.writeString(folder.resolve(POLICY), resource(POLICY), UTF_8);
      Settings settings = settings(folder, origins.ports());
      Gate gate = Gate.start(settings, new PolicyOrigin.File(policy), Gate.Whose.ONE_CHILD);
      List<Step> steps = new ArrayList<>();
      try {
        var address = gate.addresses().getFirst();
        listener.opened(
            "http://" + address.getAddress().getHostAddress() + ":" + address.getPort(),
            gate.policy().stamp().shortText(),
            folder);
        DemoClient client = new DemoClient(address, certificates.client());
        steps.addAll(new DemoSession(gate, client, origins, policy, listener).play());
      } finally {
        gate.stop();
      }
      steps.addAll(lookBack(settings.audit().file(), listener));
      return steps;
    }
  }

  private static Settings settings(Path folder, Map<String, Integer> ports)
      throws IOException, LoadException {
    String text = resource(SETTINGS);
    for (Map.Entry<String, Integer> port : ports.entrySet()) {
      text = text.replace("{" + port.getKey() + "}", port.getValue().toString());
    }
    Path file = Files.writeString(folder.resolve(SETTINGS), text, UTF_8);
    Settings read =
        SettingsLoader.of(new UserFolders(folder, folder), Map.of()).load(file).settings();
    return RunSettings.of(
        read,
        RunSettings.anyPort(),
        read.upstream(),
        read.intercept().refuseInBand(),
        read.audit().file());
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = Demo.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("`" + name + "` of the demo is missing from the program");
      }
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  private static List<Step> lookBack(Path audit, DemoListener listener) throws IOException {
    listener.section("Where the session went");
    listener.summary(SessionSummary.read(audit).lines());
    listener.section("All of it is on record");
    List<RecordedEvent> events = events(audit);
    listener.events(samples(events));
    Verification verified = ChainVerifier.verify(audit);
    Step intact =
        new Step(
            Step.Kind.PROOF,
            "the audit's hash chain",
            "intact",
            verified.holds() ? "intact" : "broken",
            events.size() + " events; any change would show");
    boolean leaked = Files.readString(audit, UTF_8).contains(DemoSession.SECRET);
    Step secret =
        new Step(
            Step.Kind.PROOF,
            "the key that was sent in clear",
            "not in the audit",
            leaked ? "in the audit" : "not in the audit",
            "nor any header, query or body");
    List<Step> steps = List.of(intact, secret);
    steps.forEach(listener::step);
    return steps;
  }

  private static List<RecordedEvent> events(Path audit) throws IOException {
    List<RecordedEvent> events = new ArrayList<>();
    try (EventReader reader = EventReader.open(audit)) {
      for (Optional<RecordedLine> next = reader.next(); next.isPresent(); next = reader.next()) {
        if (next.get() instanceof RecordedLine.Event(Path file, long line, RecordedEvent event)) {
          events.add(event);
        }
      }
    }
    return events;
  }

  /// The first decision that let something through, and the first that did not.
  private static List<RecordedEvent> samples(List<RecordedEvent> events) {
    List<RecordedEvent> samples = new ArrayList<>();
    for (String outcome : List.of("allow", "deny")) {
      events.stream()
          .filter(event -> event.text("sallyport.decision").orElse("").equals(outcome))
          .findFirst()
          .ifPresent(samples::add);
    }
    return samples;
  }
}
