package dev.sallyport.proxy.audit;

import dev.sallyport.proxy.stage.Accepted;
import dev.sallyport.proxy.stage.HelloFacts;
import dev.sallyport.proxy.stage.RequestFacts;
import dev.sallyport.proxy.stage.Ulid;
import dev.sallyport.rules.Addresses;
import dev.sallyport.rules.ClientIdentity;
import dev.sallyport.rules.Decision;
import dev.sallyport.rules.Destination;
import dev.sallyport.rules.Reason;
import dev.sallyport.rules.RuleRef;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.OptionalInt;

/// Writes an event as the fields of a JSON object, in the order of [EventField], without the
/// chain's own fields.
///
/// Every value is bounded, so that a line never exceeds [Lines#MAX_OCTETS]. For the writer thread.
final class EventJson {
  /// Octets of a name, a claim or a path.
  static final int TEXT_LIMIT = 256;

  /// Octets of a rule's `file:line`.
  static final int SOURCE_LIMIT = 1024;

  private final JsonLine out;
  private final EventTime time = new EventTime();
  private final FreeFields free;
  private volatile Optional<String> glass = Optional.empty();
  private volatile Optional<String> oneSession = Optional.empty();

  EventJson(JsonLine out) {
    this.out = out;
    this.free = new FreeFields(out);
  }

  /// The emergency that every event carries from now on; on any thread.
  void mark(Optional<String> broken) {
    glass = broken;
  }

  /// The only session that there is, which every event carries from now on; on any thread.
  void belongTo(String session) {
    oneSession = Optional.of(session);
  }

  /// Writes the opening brace and the fields; the brace stays open.
  void write(AuditEvent event, long seq) {
    out.begin();
    out.code(EventField.TIME, time.text(event.at()));
    out.number(EventField.SEQ, seq);
    out.code(EventField.EVENT_ID, Ulid.at(event.at().toEpochMilli()));
    glass.ifPresent(id -> out.code(EventField.BREAK_GLASS, id));
    oneSession.or(() -> own(event)).ifPresent(id -> text(EventField.OWN_SESSION, id));
    switch (event) {
      case AuditEvent.Decided decided -> {
        out.code(EventField.EVENT, "decision");
        who(decided.subject(), decided.decision());
        where(decided.subject(), Optional.empty());
        how(decided.subject(), decided.status());
        verdict(decided.decision());
      }
      case AuditEvent.Closed closed -> {
        out.code(EventField.EVENT, "close");
        who(closed.subject(), closed.decision());
        where(closed.subject(), closed.peer());
        how(closed.subject(), closed.status());
        verdict(closed.decision());
        end(closed);
      }
      case AuditEvent.Administrative administrative -> free.administrative(administrative);
    }
  }

  private static Optional<String> own(AuditEvent event) {
    return switch (event) {
      case AuditEvent.Decided decided -> decided.subject().session().own();
      case AuditEvent.Closed closed -> closed.subject().session().own();
      case AuditEvent.Administrative administrative -> Optional.empty();
    };
  }

  private void who(Subject subject, Decision decision) {
    Accepted connection = subject.connection();
    text(EventField.CONNECTION_ID, connection.connectionId());
    subject.requestId().ifPresent(id -> text(EventField.REQUEST_ID, id));
    text(EventField.CLIENT_ADDRESS, address(connection.client()));
    out.number(EventField.CLIENT_PORT, connection.client().getPort());
    subject
        .client()
        .flatMap(ClientIdentity::userName)
        .ifPresent(n -> text(EventField.USER_NAME, n));
    out.code(EventField.IDENTITY_METHOD, decision.identifiedBy().code());
    subject.client().ifPresent(client -> free.labels(EventField.LABELS, client.labels()));
    subject.client().ifPresent(client -> free.labels(EventField.CLAIMED, client.claimed()));
    subject.session().named().ifPresent(this::session);
    subject.facts().ifPresent(facts -> correlation(facts.correlation()));
  }

  private void session(InSession.Named named) {
    text(EventField.SESSION, named.id());
    out.code(EventField.JOINED, named.how().code());
  }

  private void correlation(RequestFacts.Correlation told) {
    told.prompt().ifPresent(id -> text(EventField.PROMPT, id));
    told.request().ifPresent(id -> text(EventField.CLIENT_REQUEST, id));
  }

  private void where(Subject subject, Optional<InetSocketAddress> peer) {
    subject.destination().ifPresent(this::server);
    peer.ifPresent(this::peer);
    subject.hello().ifPresent(this::hello);
    subject.destination().ifPresent(to -> out.code(EventField.SCHEME, to.scheme().text()));
  }

  private void server(Destination destination) {
    text(EventField.SERVER_ADDRESS, destination.host().text());
    out.number(EventField.SERVER_PORT, destination.port());
  }

  private void peer(InetSocketAddress peer) {
    text(EventField.PEER_ADDRESS, address(peer));
    out.number(EventField.PEER_PORT, peer.getPort());
  }

  private void hello(HelloFacts hello) {
    hello.serverName().ifPresent(name -> text(EventField.SERVER_NAME, name));
    if (!hello.protocols().isEmpty()) {
      text(EventField.NEXT_PROTOCOL, String.join(",", hello.protocols()));
    }
    if (hello.encrypted()) {
      out.yes(EventField.ENCRYPTED_HELLO);
    }
  }

  private void how(Subject subject, OptionalInt status) {
    subject.entrance().ifPresent(entrance -> out.code(EventField.ENTRANCE, entrance.code()));
    text(EventField.LISTENER, subject.connection().listener());
    subject.facts().ifPresent(this::request);
    status.ifPresent(code -> out.number(EventField.STATUS, code));
    subject
        .facts()
        .flatMap(RequestFacts::userAgent)
        .ifPresent(agent -> text(EventField.USER_AGENT, agent));
  }

  private void request(RequestFacts facts) {
    if (!facts.method().isEmpty()) {
      text(EventField.METHOD, facts.method());
    }
    if (!facts.path().isEmpty()) {
      text(EventField.PATH, PathMask.masked(facts.path(), TEXT_LIMIT + 1));
    }
    if (facts.queryLength() >= 0) {
      out.number(EventField.QUERY_LENGTH, facts.queryLength());
    }
    if (facts.webSocket()) {
      out.code(EventField.UPGRADE, RequestFacts.WEB_SOCKET);
    }
  }

  private void verdict(Decision decision) {
    decision.trafficClass().ifPresent(name -> text(EventField.CLASS, name.name()));
    decision.profile().ifPresent(name -> text(EventField.PROFILE, name));
    out.code(EventField.DECISION, decision.outcome().code());
    out.code(EventField.REASON, decision.reason().code());
    decision.rule().ifPresent(this::rule);
    out.code(EventField.MODE, decision.reason() == Reason.REPORTED ? "report" : "enforce");
    decision.would().ifPresent(this::would);
    text(EventField.POLICY_NAME, decision.policy().name());
    text(EventField.POLICY_VERSION, decision.policy().version());
    out.code(EventField.TREATMENT, decision.treatment().code());
  }

  private void would(Decision.Would would) {
    out.code(EventField.WOULD, would.outcome().code());
    out.code(EventField.WOULD_REASON, would.reason().code());
  }

  private void rule(RuleRef rule) {
    text(EventField.RULE, rule.id());
    out.text(EventField.RULE_SOURCE, rule.place().fileAndLine(), SOURCE_LIMIT);
  }

  private void end(AuditEvent.Closed closed) {
    closed.route().ifPresent(route -> text(EventField.ROUTE, route));
    out.number(EventField.BYTES_SENT, closed.sent());
    out.number(EventField.BYTES_RECEIVED, closed.received());
    out.number(EventField.DURATION, Math.max(0, closed.duration().toMillis()));
    out.code(EventField.END, closed.end().code());
    out.code(EventField.END_SIDE, closed.side().code());
  }

  private void text(EventField field, String value) {
    out.text(field, value, TEXT_LIMIT);
  }

  /// Without a zone: it says nothing beyond this machine. An address that is still a name is
  /// written as it is.
  static String address(InetSocketAddress of) {
    return of.isUnresolved() ? of.getHostString() : Addresses.text(of.getAddress());
  }
}
