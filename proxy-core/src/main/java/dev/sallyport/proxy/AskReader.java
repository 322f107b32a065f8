package dev.sallyport.proxy;

import dev.sallyport.proxy.audit.Subject;
import dev.sallyport.proxy.identify.Identifier;
import dev.sallyport.proxy.parse.Target;
import dev.sallyport.proxy.parse.TargetParser;
import dev.sallyport.proxy.stage.Accepted;
import dev.sallyport.proxy.stage.Entrance;
import dev.sallyport.proxy.stage.HelloFacts;
import dev.sallyport.proxy.stage.Identified;
import dev.sallyport.proxy.stage.Permitted;
import dev.sallyport.proxy.stage.RequestFacts;
import dev.sallyport.proxy.stage.Requested;
import dev.sallyport.proxy.stage.Ulid;
import dev.sallyport.rules.ClientIdentity;
import dev.sallyport.rules.Decision;
import dev.sallyport.rules.Destination;
import dev.sallyport.rules.Host;
import dev.sallyport.rules.IdentityMethod;
import dev.sallyport.rules.Reason;
import dev.sallyport.rules.Scheme;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// Reads what a request asks for and who asks, by the entrance through which it came: the steps
/// `parse` and `identify` of [ConnectionPath]. On the client's event loop.
final class AskReader {
  private final GateParts parts;
  private final Accepted accepted;
  private final Entry entry;

  AskReader(GateParts parts, Accepted accepted, Entry entry) {
    this.parts = parts;
    this.accepted = accepted;
    this.entry = entry;
  }

  /// What came of it.
  sealed interface Reading {
    /// A client that is known asks for a destination.
    record Asked(Ask ask) implements Reading {}

    /// It has to be refused.
    ///
    /// @param why our words; may be empty
    record Wrong(HttpRequest head, Subject subject, Decision decision, String why)
        implements Reading {}
  }

  /// Reads the head of a request.
  Reading read(HttpRequest head) {
    return switch (entry) {
      case Entry.Proxy proxy when parts.gateways().isAskedBy(head) -> gateway(head);
      case Entry.Proxy proxy -> parse(head, Entrance.CONNECT);
      case Entry.Socks socks -> parse(head, Entrance.SOCKS);
      case Entry.Transparent(int port) -> ledHere(head, port);
      case Entry.BehindSocks told -> behindSocks(head, told);
      case Entry.Intercepted(Permitted connect, HelloFacts hello) ->
          within(
              head,
              new Around(
                  connect.permit().destination(),
                  Entrance.INTERCEPTED,
                  connect.identified().client(),
                  Optional.of(hello),
                  connect.decision()::withdrawn));
      case Entry.Refused refused ->
          throw new IllegalStateException("what is refused in band is not read");
    };
  }

  /// Reads a connection that was led here and begins with a ClientHello, as the CONNECT that it
  /// stands for.
  Reading tls(Host.Name name, int port, HelloFacts hello) {
    Destination to = new Destination(Scheme.HTTPS, name, port);
    HttpRequest none =
        new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.CONNECT, to.authority());
    RequestFacts facts = new RequestFacts("", "", -1, Optional.empty());
    Requested requested = requested(newId(), Entrance.TRANSPARENT, to, facts);
    return switch (parts.identifier().identify(accepted, List.of())) {
      case Identifier.Result.Refused(Reason reason) ->
          wrong(none, Subject.of(requested).with(hello), reason, "");
      case Identifier.Result.Known(var identity) ->
          new Reading.Asked(Ask.connect(none, new Identified(requested, identity)).with(hello));
    };
  }

  private Reading ledHere(HttpRequest head, int port) {
    String requestId = newId();
    return switch (TargetParser.ledHere(
        head.method().name(), head.uri(), head.headers().getAll(HttpHeaderNames.HOST), port)) {
      case Target.Wrong(Reason reason, String why) ->
          wrong(head, entered(Subject.of(accepted, requestId)), reason, why);
      case Target.Request(Destination to, String originForm, String path, int queryLength) -> {
        RequestFacts facts = SeenRequest.facts(head, path, queryLength);
        Requested requested = requested(requestId, Entrance.TRANSPARENT, to, facts);
        yield identify(head, requested, originForm);
      }
      case Target.Tunnel tunnel -> throw new IllegalStateException("no origin is asked for one");
    };
  }

  /// The client is looked at anew: what it showed to SOCKS may be revoked by now.
  private Reading behindSocks(HttpRequest head, Entry.BehindSocks told) {
    return switch (parts.identifier().identify(accepted, told.credentials())) {
      case Identifier.Result.Refused(Reason reason) -> {
        Requested requested = requested(newId(), Entrance.SOCKS, told.to(), nothing(head));
        yield wrong(head, Subject.of(requested), reason, "");
      }
      case Identifier.Result.Known(var identity) ->
          within(
              head,
              new Around(told.to(), Entrance.SOCKS, identity, Optional.empty(), this::refused));
    };
  }

  /// What is known of a request before it is read.
  ///
  /// @param refusal how it is refused when it does not agree
  private record Around(
      Destination to,
      Entrance entrance,
      ClientIdentity client,
      Optional<HelloFacts> hello,
      Function<Reason, Decision> refusal) {
    String hint(Reason reason) {
      return reason == Reason.HOST_MISMATCH
              && entrance == Entrance.SOCKS
              && to.host() instanceof Host.Literal
          ? "an address was asked for in SOCKS; `socks5h://` sends the name"
          : "";
    }
  }

  /// Client and destination are known from the CONNECT; the request has to agree.
  private Reading within(HttpRequest head, Around around) {
    return switch (TargetParser.within(
        head.method().name(),
        head.uri(),
        head.headers().getAll(HttpHeaderNames.HOST),
        around.to())) {
      case Target.Request(Destination same, String originForm, String path, int queryLength) -> {
        Identified identified = identified(around, SeenRequest.facts(head, path, queryLength));
        Ask ask = Ask.request(head, identified, originForm);
        yield new Reading.Asked(around.hello().map(ask::with).orElse(ask));
      }
      case Target.Wrong(Reason reason, String why) -> {
        Subject subject = Subject.of(identified(around, nothing(head)));
        yield new Reading.Wrong(
            head,
            around.hello().map(subject::with).orElse(subject),
            around.refusal().apply(reason),
            why.isEmpty() ? around.hint(reason) : why);
      }
      case Target.Tunnel tunnel ->
          throw new IllegalStateException("no tunnel is read within a tunnel");
    };
  }

  private Identified identified(Around around, RequestFacts facts) {
    return new Identified(
        requested(newId(), around.entrance(), around.to(), facts), around.client());
  }

  private static RequestFacts nothing(HttpRequest head) {
    return SeenRequest.facts(head, "", -1);
  }

  private Reading parse(HttpRequest head, Entrance tunnel) {
    String requestId = newId();
    return switch (TargetParser.parse(head.method().name(), head.uri())) {
      case Target.Wrong(Reason reason, String why) ->
          wrong(head, entered(Subject.of(accepted, requestId)), reason, why);
      case Target.Tunnel(Destination to) ->
          identify(head, requested(requestId, tunnel, to, nothing(head)), "");
      case Target.Request(Destination to, String originForm, String path, int queryLength) -> {
        RequestFacts facts = SeenRequest.facts(head, path, queryLength);
        yield identify(head, requested(requestId, Entrance.ABSOLUTE_FORM, to, facts), originForm);
      }
    };
  }

  private Reading gateway(HttpRequest head) {
    String requestId = newId();
    return switch (parts.gateways().find(head)) {
      case GatewayDoor.Found.Wrong(Reason reason, String why, var base) -> {
        Subject subject =
            base.map(
                    to ->
                        Subject.of(
                            requested(
                                requestId, Entrance.GATEWAY, to.destination(), nothing(head))))
                .orElseGet(() -> Subject.of(accepted, requestId, Entrance.GATEWAY, nothing(head)));
        yield wrong(head, subject, reason, why);
      }
      case GatewayDoor.Found.Way way -> {
        GatewayDoor.rewrite(head, way.base());
        String originForm = way.originForm();
        int query = way.target().query().length();
        String path = originForm.substring(0, originForm.length() - query);
        RequestFacts facts = SeenRequest.facts(head, path, query - 1);
        Requested requested =
            requested(requestId, Entrance.GATEWAY, way.base().destination(), facts);
        yield identify(head, requested, originForm, way.target().shown());
      }
    };
  }

  private static String newId() {
    return Ulid.at(System.currentTimeMillis());
  }

  private Requested requested(
      String requestId, Entrance entrance, Destination to, RequestFacts facts) {
    return new Requested(accepted, requestId, parts.journal().now(), entrance, to, facts);
  }

  private Reading identify(HttpRequest head, Requested requested, String originForm) {
    return identify(head, requested, originForm, Optional.empty());
  }

  /// @param inPath credentials that stand in a gateway's path
  private Reading identify(
      HttpRequest head, Requested requested, String originForm, Optional<String> inPath) {
    var shown = head.headers().getAll(HttpHeaderNames.PROXY_AUTHORIZATION);
    Identifier.Result result =
        inPath
            .map(credentials -> parts.identifier().identify(accepted, credentials, shown))
            .orElseGet(() -> parts.identifier().identify(accepted, shown));
    return switch (result) {
      case Identifier.Result.Refused(Reason reason) ->
          wrong(head, Subject.of(requested), reason, "");
      case Identifier.Result.Known(var identity) -> {
        Identified identified = new Identified(requested, identity);
        yield new Reading.Asked(
            requested.isForConnection()
                ? Ask.connect(head, identified)
                : Ask.request(head, identified, originForm));
      }
    };
  }

  private Reading wrong(HttpRequest head, Subject subject, Reason reason, String why) {
    return new Reading.Wrong(head, subject, refused(reason), why);
  }

  /// A connection of which nothing usable was read.
  Subject unread() {
    return entered(Subject.of(accepted, newId()));
  }

  private Subject entered(Subject subject) {
    return switch (entry) {
      case Entry.Socks socks -> subject.by(Entrance.SOCKS);
      case Entry.BehindSocks told -> subject.by(Entrance.SOCKS);
      case Entry.Transparent led -> subject.by(Entrance.TRANSPARENT);
      case Entry.Proxy proxy -> subject;
      case Entry.Intercepted(Permitted connect, HelloFacts hello) ->
          subject.by(connect.identified().client()).with(hello);
      case Entry.Refused refused -> subject;
    };
  }

  /// A refusal before anything was decided but the connection that it comes in.
  Decision refused(Reason reason) {
    return entry instanceof Entry.Intercepted(Permitted connect, HelloFacts _)
        ? connect.decision().withdrawn(reason)
        : Decision.refused(reason, parts.decider().policy().stamp(), IdentityMethod.NONE);
  }
}
