package dev.sallyport.proxy.workbench;

import dev.sallyport.proxy.audit.EventField;
import dev.sallyport.proxy.audit.RecordedEvent;
import dev.sallyport.proxy.stage.RequestFacts;
import dev.sallyport.rules.Addresses;
import dev.sallyport.rules.CertificateName;
import dev.sallyport.rules.ClientIdentity;
import dev.sallyport.rules.ClientIdentity.Proof;
import dev.sallyport.rules.Destination;
import dev.sallyport.rules.Host;
import dev.sallyport.rules.MalformedHostException;
import dev.sallyport.rules.Outcome;
import dev.sallyport.rules.Reason;
import dev.sallyport.rules.Scheme;
import dev.sallyport.rules.Treatment;
import dev.sallyport.rules.check.PossibleRequests;
import java.net.InetAddress;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// A decision of a policy as an audit log tells of it.
///
/// @param request what the log tells of the request; empty for a CONNECT
/// @param intercepted whether the requests of such a connection are events of their own
/// @param clients who the client may have been, at least one: the log does not always tell a
///   listener's own client from an anonymous one
/// @param who the client for a person: its name, else its address
record PastDecision(
    Instant at,
    Destination destination,
    Optional<PossibleRequests.Recorded> request,
    boolean intercepted,
    Outcome outcome,
    Reason reason,
    Optional<String> trafficClass,
    Optional<String> profile,
    List<ClientIdentity> clients,
    String who) {

  /// The listener of `sallyport run`, which belongs to one client alone.
  private static final String RUN_LISTENER = "run";

  private static final String CONNECT = "CONNECT";

  /// Ends a text that was longer.
  private static final String CUT = "…";

  /// Stands for a segment that looked like a secret.
  private static final String MASK = "***";

  /// What a policy and the token file take for a name. A log that was tampered with could hold
  /// anything, and names are written into drafts and onto terminals.
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  /// The reasons that a policy gives; everything else is the gate's own matter.
  private static final Set<Reason> OF_POLICY =
      EnumSet.of(
          Reason.LISTED,
          Reason.EXCEPTION,
          Reason.REPORTED,
          Reason.NOT_LISTED,
          Reason.DENIED_BY_RULE,
          Reason.UNASSIGNED,
          Reason.SCHEME_NOT_ALLOWED,
          Reason.PORT_NOT_ALLOWED,
          Reason.METHOD_NOT_ALLOWED,
          Reason.PATH_NOT_ALLOWED,
          Reason.QUERY_NOT_ALLOWED,
          Reason.HEADER_NOT_ALLOWED,
          Reason.ASK_PENDING);

  PastDecision {
    clients = List.copyOf(clients);
  }

  /// How many refusals of a policy an event counts without telling them one by one.
  static long counted(RecordedEvent event) {
    return event.repeated().entrySet().stream()
        .filter(entry -> Reason.ofCode(entry.getKey()).filter(OF_POLICY::contains).isPresent())
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  /// Whether the event is a decision that a policy took.
  static boolean isOne(RecordedEvent event) {
    return event.kind().equals("decision")
        && event
            .text(EventField.REASON)
            .flatMap(Reason::ofCode)
            .filter(OF_POLICY::contains)
            .isPresent();
  }

  /// The decision that an event tells of; empty when it lacks what that takes.
  static Optional<PastDecision> of(RecordedEvent event) {
    try {
      Optional<Reason> reason = event.text(EventField.REASON).flatMap(Reason::ofCode);
      Optional<Outcome> outcome = event.text(EventField.DECISION).flatMap(PastDecision::outcome);
      Optional<Destination> destination = destination(event);
      Optional<InetAddress> address = address(event);
      Optional<String> time = event.text(EventField.TIME);
      List<Proof> proofs = proofs(event);
      if (reason.isEmpty()
          || outcome.isEmpty()
          || destination.isEmpty()
          || address.isEmpty()
          || time.isEmpty()
          || proofs.isEmpty()) {
        return Optional.empty();
      }
      return Optional.of(
          new PastDecision(
              Instant.parse(time.get()),
              destination.get(),
              request(event),
              event.text(EventField.TREATMENT).equals(Optional.of(Treatment.INTERCEPT.code())),
              outcome.get(),
              reason.get(),
              name(event, EventField.CLASS),
              name(event, EventField.PROFILE),
              proofs.stream().map(proof -> client(event, proof, address.get())).toList(),
              name(event, EventField.USER_NAME).orElse(Addresses.text(address.get()))));
    } catch (MalformedHostException | DateTimeParseException | IllegalArgumentException foreign) {
      return Optional.empty();
    }
  }

  /// A path that was cut may go on in any way.
  private static Optional<PossibleRequests.Recorded> request(RecordedEvent event) {
    Optional<String> method = event.text(EventField.METHOD).filter(name -> !name.equals(CONNECT));
    Optional<String> path = event.text(EventField.PATH).filter(text -> !text.endsWith(CUT));
    OptionalLong query = event.number(EventField.QUERY_LENGTH);
    OptionalInt length =
        query.isPresent() ? OptionalInt.of((int) query.getAsLong()) : OptionalInt.empty();
    boolean webSocket = event.text(EventField.UPGRADE).equals(Optional.of(RequestFacts.WEB_SOCKET));
    return method.map(name -> new PossibleRequests.Recorded(name, path, MASK, length, webSocket));
  }

  private static ClientIdentity client(RecordedEvent event, Proof proof, InetAddress address) {
    return new ClientIdentity(
        proof,
        address,
        event.text(EventField.LISTENER).orElse(""),
        labels(event, EventField.LABELS),
        labels(event, EventField.CLAIMED));
  }

  private static Map<String, String> labels(RecordedEvent event, EventField prefix) {
    Map<String, String> labels = new TreeMap<>();
    event
        .fields()
        .forEach(
            (name, value) -> {
              if (name.startsWith(prefix.text()) && value instanceof String text) {
                labels.put(name.substring(prefix.text().length()), text);
              }
            });
    return labels;
  }

  private static List<Proof> proofs(RecordedEvent event) {
    return switch (event.text(EventField.IDENTITY_METHOD).orElse("")) {
      case "token" ->
          name(event, EventField.USER_NAME).<Proof>map(Proof.Token::new).stream().toList();
      case "mtls" ->
          event.text(EventField.USER_NAME).flatMap(PastDecision::certificate).stream().toList();
      case "listener" ->
          event.text(EventField.LISTENER).equals(Optional.of(RUN_LISTENER))
              ? List.of(new Proof.OwnListener())
              : List.of(new Proof.OwnListener(), new Proof.Nothing());
      case "address", "none" -> List.of(new Proof.Nothing());
      default -> List.of();
    };
  }

  /// Under its name on file, or called by what it says.
  private static Optional<Proof> certificate(String name) {
    Set<CertificateName> readings = CertificateName.readings(name);
    return readings.isEmpty() && !NAME.matcher(name).matches()
        ? Optional.empty()
        : Optional.of(new Proof.Certificate(name, "", readings));
  }

  private static Optional<String> name(RecordedEvent event, EventField field) {
    return event.text(field).filter(name -> NAME.matcher(name).matches());
  }

  private static Optional<Outcome> outcome(String code) {
    return Arrays.stream(Outcome.values()).filter(each -> each.code().equals(code)).findFirst();
  }

  private static Optional<Destination> destination(RecordedEvent event)
      throws MalformedHostException {
    Optional<String> host = event.text(EventField.SERVER_ADDRESS);
    Optional<Scheme> scheme =
        event
            .text(EventField.SCHEME)
            .flatMap(
                word ->
                    Arrays.stream(Scheme.values())
                        .filter(each -> each.text().equals(word))
                        .findFirst());
    long port = event.number(EventField.SERVER_PORT).orElse(0);
    if (host.isEmpty() || scheme.isEmpty() || port < 1 || port > Destination.MAX_PORT) {
      return Optional.empty();
    }
    String text = host.get().indexOf(':') >= 0 ? "[" + host.get() + "]" : host.get();
    return Optional.of(new Destination(scheme.get(), Host.parse(text), (int) port));
  }

  private static Optional<InetAddress> address(RecordedEvent event) throws MalformedHostException {
    Optional<String> text = event.text(EventField.CLIENT_ADDRESS);
    return text.isEmpty() ? Optional.empty() : Optional.of(Addresses.parse(text.get()));
  }
}
