package dev.sallyport.proxy;

import dev.sallyport.mitm.authority.Purpose;
import dev.sallyport.proxy.audit.EventAllowance;
import dev.sallyport.proxy.audit.Subject;
import dev.sallyport.proxy.exchange.Upgrade;
import dev.sallyport.proxy.intercept.Distrust;
import dev.sallyport.proxy.reply.RefusalResponse;
import dev.sallyport.proxy.stage.Accepted;
import dev.sallyport.proxy.stage.HelloFacts;
import dev.sallyport.proxy.stage.Identified;
import dev.sallyport.proxy.stage.Permitted;
import dev.sallyport.proxy.stage.Requested;
import dev.sallyport.proxy.stage.Ulid;
import dev.sallyport.rules.Decision;
import dev.sallyport.rules.Destination;
import dev.sallyport.rules.Host;
import dev.sallyport.rules.Outcome;
import dev.sallyport.rules.Permit;
import dev.sallyport.rules.Reason;
import dev.sallyport.rules.Scheme;
import dev.sallyport.rules.Treatment;
import dev.sallyport.rules.TunnelRule;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Queue;

/// The way of a connection's requests, each by itself. On the event loop of the client.
///
/// ```
/// accept -> parse -> identify -> decide -> tunnel     (CONNECT)
///                                       -> intercept  (CONNECT, where requests are looked at)
///                                       -> exchange   (absolute-form http, gateways,
///                                                       intercepted requests)
/// ```
///
/// Each step gives the next one a value, or a refusal, which is told to the client and written down
/// once. The first steps are those of [AskReader]; what one connection is, [ClientConnection]
/// knows.
final class ConnectionPath {
  private final GateParts parts;
  private final Accepted accepted;
  private final Entry entry;
  private final Downstream client;
  private final AskReader reader;
  private final Refuser refuser;

  ConnectionPath(GateParts parts, Accepted accepted, Entry entry, Downstream client) {
    this.parts = parts;
    this.accepted = accepted;
    this.entry = entry;
    this.client = client;
    this.reader = new AskReader(parts, accepted, entry);
    this.refuser = new Refuser(parts, client);
  }

  /// Takes a request whose head is well framed.
  void request(HttpRequest head) {
    if (entry instanceof Entry.Refused(Subject subject, Decision decision, Runnable heard)) {
      heard.run();
      client.become(Unheeding.REFUSED);
      refuser.answerLast(head, subject, decision);
    } else {
      take(reader.read(head));
    }
  }

  /// Takes a connection that was led here and begins with a ClientHello.
  ///
  /// @param name its server name, which is the destination; the address that the client meant
  ///   counts for nothing
  void tls(Host.Name name, int port, HelloFacts hello) {
    take(reader.tls(name, port, hello));
  }

  /// Where a client of SOCKS may go on in plain http, if what it asks for is allowed then, request
  /// by request. Nothing is said, written down or dialled. Empty where no request could pass, and
  /// where the connection itself is allowed for any octets: there the origin may speak first.
  ///
  /// @param connect as [SocksRequest] makes it
  Optional<Destination> plainHttp(HttpRequest connect) {
    return reader.read(connect) instanceof AskReader.Reading.Asked(Ask ask)
        ? plainHttp(ask.identified())
        : Optional.empty();
  }

  private Optional<Destination> plainHttp(Identified connect) {
    Destination to = connect.requested().destination();
    Destination plain = new Destination(Scheme.HTTP, to.host(), to.port());
    Identified asPlain = new Identified(connect.requested().to(plain), connect.client());
    Decision open = parts.decider().decide(connect, Optional.empty());
    Decision http = parts.decider().decide(asPlain, Optional.empty());
    boolean anything =
        open.permit().map(Permit::tunnel).map(TunnelRule::opening).stream()
            .anyMatch(TunnelRule.Opening.ANYTHING::equals);
    // What report mode alone lets through takes nothing from what is listed.
    boolean onlyReported =
        http.would().isPresent() && open.permit().isPresent() && open.would().isEmpty();
    boolean may = http.permit().isPresent() && !anything && !onlyReported;
    return may || OwnPages.areAt(plain) ? Optional.of(plain) : Optional.empty();
  }

  private void take(AskReader.Reading reading) {
    switch (reading) {
      case AskReader.Reading.Asked(Ask ask) -> decide(ask);
      case AskReader.Reading.Wrong(HttpRequest head, Subject subject, var decision, String why) ->
          refuse(head, subject, decision, why);
    }
  }

  private void decide(Ask asked) {
    Requested requested = asked.identified().requested();
    if (OwnPages.areAsked(requested)) {
      client.become(Unheeding.REFUSED);
      client.isSetUp();
      refuser.say(asked.head(), OwnPages.answer(parts, asked));
      return;
    }
    Ask ask = asked.of(parts.journal().joined(asked.subject()));
    Decision decision = decision(ask);
    if (OwnPages.isTunnelAsked(requested) && decision.outcome() == Outcome.ALLOW) {
      refuse(ask, decision.withdrawn(Reason.NOT_LISTED));
      return;
    }
    switch (decision.outcome()) {
      case ALLOW -> allowed(ask, decision);
      // Nobody can approve yet: who asks is told the id of the request. What waits for an answer
      // will branch off here.
      case ASK, DENY -> refuse(ask, decision);
    }
  }

  private void allowed(Ask ask, Decision decision) {
    Optional<WebFetchCheck> page = WebFetchCheck.refusal(parts, ask, decision);
    if (page.isPresent()) {
      client.become(Unheeding.REFUSED);
      client.isSetUp();
      refuser.refuseAs(ask.head(), ask.subject(), page.get().decision(), page.get().answer());
      return;
    }
    switch (parts.allowance().turn(ask.identified().client())) {
      case EventAllowance.Turn.Now now -> permitted(ask, decision);
      case EventAllowance.Turn.Later(Duration delay) ->
          client.become(new WaitingPath(client.channel(), delay, afterWait(ask)));
      case EventAllowance.Turn.Never never ->
          refuse(ask, decision.withdrawn(Reason.LIMIT_EXCEEDED));
    }
  }

  private Decision decision(Ask ask) {
    Decision decision = parts.decider().decide(ask.identified(), ask.sight());
    if (isSeenWithinTls(ask.identified().requested())) {
      decision = decision.treated(Treatment.INTERCEPT);
    }
    return decision.permit().isEmpty()
        ? decision
        : objection(ask, decision).map(decision::withdrawn).orElse(decision);
  }

  /// Whether the gate sees a request that goes up within TLS.
  private static boolean isSeenWithinTls(Requested requested) {
    return switch (requested.entrance()) {
      case CONNECT, SOCKS, ABSOLUTE_FORM, TRANSPARENT -> false;
      case INTERCEPTED -> true;
      case GATEWAY -> requested.destination().scheme() == Scheme.HTTPS;
    };
  }

  /// What happens when the wait is over. The policy may be another one by then.
  private WaitingPath.Listener afterWait(Ask ask) {
    return new WaitingPath.Listener() {
      @Override
      public void due(Queue<HttpContent> body) {
        Decision decision = decision(ask);
        RequestPath next =
            decision.permit().isEmpty() ? refuse(ask, decision) : permitted(ask, decision);
        body.forEach(next::content);
      }

      @Override
      public void gaveUp(Reason reason) {
        refuse(ask, decision(ask).withdrawn(reason));
      }
    };
  }

  private RequestPath permitted(Ask ask, Decision decision) {
    Permitted permitted =
        new Permitted(ask.identified(), decision, decision.permit().orElseThrow());
    return switch (Way.of(permitted)) {
      case INTERCEPT -> {
        InterceptPath intercept = new InterceptPath(parts, refuser, client, ask, permitted);
        client.become(intercept);
        intercept.open();
        yield intercept;
      }
      case TUNNEL -> {
        TunnelPath tunnel = new TunnelPath(parts, refuser, client, ask, permitted);
        client.become(tunnel);
        tunnel.open();
        yield tunnel;
      }
      case EXCHANGE -> {
        ExchangePath exchange = new ExchangePath(parts, refuser, client, ask, permitted);
        client.become(exchange);
        exchange.open();
        yield exchange;
      }
    };
  }

  /// Where a permitted request goes.
  private enum Way {
    TUNNEL,
    INTERCEPT,
    EXCHANGE;

    static Way of(Permitted permitted) {
      if (!permitted.identified().requested().isForConnection()) {
        return EXCHANGE;
      }
      return switch (permitted.permit().treatment()) {
        case INTERCEPT -> INTERCEPT;
        case TUNNEL -> TUNNEL;
        case REFUSE_IN_BAND ->
            throw new IllegalStateException("what is refused in band has no permit");
      };
    }
  }

  /// What else stands against a request that the policy allows.
  private Optional<Reason> objection(Ask ask, Decision decision) {
    if (!parts.journal().isAvailable()) {
      return Optional.of(Reason.AUDIT_UNAVAILABLE);
    }
    if (ask.identified().requested().isForConnection()
        && decision.treatment() == Treatment.INTERCEPT
        && !parts.interception().isGood(Purpose.INTERCEPT)) {
      return Optional.of(Reason.AUTHORITY_ENDED);
    }
    if (ask.sight().isEmpty()) {
      return Optional.empty();
    }
    if (ask.head().headers().getAllAsString(HttpHeaderNames.VIA).stream()
        .anyMatch(via -> via.contains(parts.via()))) {
      return Optional.of(Reason.LOOP);
    }
    return Upgrade.of(ask.head()) instanceof Upgrade.Refused
        ? Optional.of(Reason.UPGRADE_NOT_ALLOWED)
        : Optional.empty();
  }

  private RequestPath refuse(Ask ask, Decision decision) {
    if (tellsInBand(ask, decision)) {
      InBandPath path =
          new InBandPath(parts, client, ask, decision.treated(Treatment.REFUSE_IN_BAND));
      client.become(path);
      path.open();
      return path;
    }
    return refuse(ask.head(), ask.subject(), decision, why(ask, decision));
  }

  private static String why(Ask ask, Decision decision) {
    return switch (Upgrade.of(ask.head())) {
      case Upgrade.Refused(String why) when decision.reason() == Reason.UPGRADE_NOT_ALLOWED -> why;
      case Upgrade.None _, Upgrade.ToWebSocket _, Upgrade.Refused _ -> "";
    };
  }

  /// Clients show nobody the body of a refused CONNECT. Only what is final is told in band; those
  /// who showed that they do not trust the gate are asked once, but at the hosts of models always:
  /// a refused CONNECT costs their clients minutes.
  private boolean tellsInBand(Ask ask, Decision decision) {
    Requested requested = ask.identified().requested();
    return requested.isForConnection()
        && RefusalResponse.status(decision.reason()) == HttpResponseStatus.FORBIDDEN.code()
        && parts.interception().refusesInBand()
        && (OwnPages.isTunnelAsked(requested)
            || parts.modelHosts().vendor(requested.destination().host()).isPresent()
            || !parts
                .distrust()
                .isKnown(Distrust.Client.of(ask.identified().client(), ask.head())));
  }

  private RequestPath refuse(HttpRequest head, Subject subject, Decision decision, String why) {
    client.become(Unheeding.REFUSED);
    client.isSetUp();
    refuser.refuse(head, subject, decision, why);
    return Unheeding.REFUSED;
  }

  /// Refuses the connection, or a request whose head cannot be read, and closes.
  void refuse(Reason reason, String why) {
    client.become(Unheeding.REFUSED);
    client.isSetUp();
    refuser.refuseAndClose(reader.unread(), reader.refused(reason), why);
  }

  /// The same with an answer that is not one of HTTP.
  void refuse(Reason reason, ByteBuf last) {
    client.become(Unheeding.REFUSED);
    client.isSetUp();
    refuser.refuseAndClose(reader.unread(), reader.refused(reason), last);
  }

  /// The same where a ClientHello was read.
  void refuse(Reason reason, HelloFacts hello) {
    client.become(Unheeding.REFUSED);
    client.isSetUp();
    refuser.refuseAndClose(reader.unread().with(hello), reader.refused(reason), "");
  }

  /// Refuses the connection without a word.
  void drop(Reason reason) {
    client.become(Unheeding.REFUSED);
    var _ =
        parts
            .journal()
            .decided(
                reader.unread(),
                reader.refused(reason),
                OptionalInt.empty(),
                client.channel().eventLoop());
    client.channel().close();
  }

  /// Takes down an error in a handler.
  void caught(Throwable cause) {
    refuser.caught(Subject.of(accepted, Ulid.at(System.currentTimeMillis())), cause);
  }
}
