package dev.sallyport.proxy;

import dev.sallyport.proxy.audit.Subject;
import dev.sallyport.proxy.exchange.Upgrade;
import dev.sallyport.proxy.reply.Refusal;
import dev.sallyport.proxy.reply.RefusalResponse;
import dev.sallyport.proxy.stage.Entrance;
import dev.sallyport.proxy.stage.RequestFacts;
import dev.sallyport.rules.Decision;
import dev.sallyport.rules.IdentityMethod;
import dev.sallyport.rules.PolicySource;
import dev.sallyport.rules.Reason;
import dev.sallyport.rules.Scheme;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Ends a request with a refusal: one event, then the answer, then the connection is closed or goes
/// on. On the event loop of the client.
final class Refuser {
  private static final Logger LOG = LoggerFactory.getLogger(Refuser.class);

  private final GateParts parts;
  private final Downstream client;

  Refuser(GateParts parts, Downstream client) {
    this.parts = parts;
    this.client = client;
  }

  /// Refuses a request whose head was read. The event comes first; if it cannot be written the
  /// refusal stands. Nothing is read until then, which takes a while where the client is to be
  /// slowed down.
  void refuse(HttpRequest head, Subject subject, Decision decision, String detail) {
    client.channel().config().setAutoRead(false);
    parts
        .journal()
        .decided(subject, decision, status(subject, decision), loop())
        .addListener(written -> answer(head, subject, decision, detail));
  }

  /// Refuses a request in the words of an answer that its client takes for the origin's.
  void refuseAs(HttpRequest head, Subject subject, Decision decision, FullHttpResponse response) {
    client.channel().config().setAutoRead(false);
    parts
        .journal()
        .decided(subject, decision, OptionalInt.of(response.status().code()), loop())
        .addListener(written -> say(head, response));
  }

  /// Answers what is asked of the gate itself.
  void say(HttpRequest head, FullHttpResponse response) {
    if (head.method().equals(HttpMethod.HEAD)) {
      response.content().clear();
    }
    if (isBodiless(head)) {
      goOn(response);
    } else {
      last(response);
    }
  }

  private void goOn(FullHttpResponse response) {
    client.channel().writeAndFlush(response, client.channel().voidPromise());
    client.channel().config().setAutoRead(true);
    client.done();
  }

  /// Refuses what could not be read, and closes.
  void refuseAndClose(Subject subject, Decision decision, String detail) {
    client.channel().config().setAutoRead(false);
    parts
        .journal()
        .decided(subject, decision, status(subject, decision), loop())
        .addListener(
            written -> {
              FullHttpResponse response =
                  response(subject, decision, detail, RefusalResponse.Form.JSON);
              last(decision.reason(), response);
            });
  }

  /// The same for what has an answer in another form than HTTP.
  void refuseAndClose(Subject subject, Decision decision, ByteBuf last) {
    client.channel().config().setAutoRead(false);
    parts
        .journal()
        .decided(subject, decision, OptionalInt.empty(), loop())
        .addListener(written -> client.end(last));
  }

  /// Answers without a decision event of its own: the dial failed, and the closing event says so.
  void answer(HttpRequest head, Subject subject, Decision decision, String detail) {
    FullHttpResponse response = response(head, subject, decision, detail);
    if (keeps(head, decision)) {
      goOn(response);
    } else {
      last(decision.reason(), response);
    }
  }

  /// Answers what was refused and written down before, and closes.
  void answerLast(HttpRequest head, Subject subject, Decision decision) {
    client.channel().config().setAutoRead(false);
    last(decision.reason(), response(head, subject, decision, ""));
  }

  private void last(Reason reason, FullHttpResponse response) {
    response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    client.refuse(reason, response);
  }

  private void last(FullHttpResponse response) {
    response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    client.end(response);
  }

  private FullHttpResponse response(
      HttpRequest head, Subject subject, Decision decision, String detail) {
    FullHttpResponse response = response(subject, decision, detail, form(head, subject));
    if (head.method().equals(HttpMethod.HEAD)) {
      response.content().clear();
    }
    return response;
  }

  /// Within TLS the client of a model's vendor is answered in that vendor's form.
  private RefusalResponse.Form form(HttpRequest head, Subject subject) {
    RefusalResponse.Form wanted =
        RefusalResponse.Form.of(head.headers().getAllAsString(HttpHeaderNames.ACCEPT));
    if (wanted == RefusalResponse.Form.TEXT || head.method().equals(HttpMethod.CONNECT)) {
      return wanted;
    }
    return subject
        .destination()
        .filter(to -> to.scheme() == Scheme.HTTPS || isGateway(subject))
        .flatMap(to -> parts.modelHosts().vendor(to.host()))
        .map(RefusalResponse.Form::of)
        .orElse(wanted);
  }

  /// Takes down an error in a handler: garbage and resets quietly, our own faults loudly, with an
  /// event.
  void caught(Subject subject, Throwable cause) {
    if (cause instanceof IOException || cause.getCause() instanceof SSLException) {
      LOG.debug("a client connection failed", cause);
      return;
    }
    LOG.error("a fault of the gate ended a connection", cause);
    Decision decision =
        Decision.refused(
            Reason.INTERNAL_ERROR, parts.decider().policy().stamp(), IdentityMethod.NONE);
    var _ = parts.journal().decided(subject, decision, OptionalInt.empty(), loop());
  }

  /// A refused CONNECT always closes, except 407 when nothing followed; a refused request with a
  /// body does too.
  private boolean keeps(HttpRequest head, Decision decision) {
    boolean http10 = head.protocolVersion().equals(HttpVersion.HTTP_1_0);
    if (http10 || RefusalResponse.status(decision.reason()) == 400) {
      return false;
    }
    if (head.method().equals(HttpMethod.CONNECT)) {
      return RefusalResponse.status(decision.reason()) == 407 && !client.isFollowed();
    }
    return isBodiless(head);
  }

  /// Whether the connection may go on behind this request, of which nothing more is to be read.
  private static boolean isBodiless(HttpRequest head) {
    boolean body =
        HttpUtil.isTransferEncodingChunked(head) || HttpUtil.getContentLength(head, 0L) > 0;
    return HttpUtil.isKeepAlive(head)
        && !body
        && !mayBeFollowedByOctets(head)
        && !head.protocolVersion().equals(HttpVersion.HTTP_1_0);
  }

  /// What comes behind a request for another protocol is not to be read as a request.
  private static boolean mayBeFollowedByOctets(HttpRequest head) {
    return !(Upgrade.of(head) instanceof Upgrade.None);
  }

  private FullHttpResponse response(
      Subject subject, Decision decision, String detail, RefusalResponse.Form form) {
    PolicySource policy = parts.decider().policy().source();
    String what = subject.facts().map(RequestFacts::method).orElse("");
    Refusal refusal =
        new Refusal(
            decision,
            KNOWN_METHODS.contains(what) ? what : "a request to",
            subject.destination(),
            subject.requestId().orElse(""),
            isGateway(subject) && detail.isEmpty() ? credentialsHelp(decision) : detail,
            policy.owners(),
            policy.contact(),
            policy.requestUrl());
    FullHttpResponse response = RefusalResponse.of(refusal, form);
    if (isTakenForTheOrigin(subject) && isChallenge(decision)) {
      // Clients take a challenge of a proxy for a fault of the network where they know of none
      // (Fetch Standard, HTTP-network-or-cache fetch).
      response.setStatus(HttpResponseStatus.FORBIDDEN);
      response.headers().remove(HttpHeaderNames.PROXY_AUTHENTICATE);
    }
    return response;
  }

  private static boolean isGateway(Subject subject) {
    return subject.entrance().equals(Optional.of(Entrance.GATEWAY));
  }

  /// Gateways, and what is said in plain http behind SOCKS.
  private static boolean isTakenForTheOrigin(Subject subject) {
    boolean plain =
        subject.destination().filter(to -> to.scheme() == Scheme.HTTP).isPresent()
            && subject.entrance().equals(Optional.of(Entrance.SOCKS));
    return plain || isGateway(subject);
  }

  private static boolean isChallenge(Decision decision) {
    return RefusalResponse.status(decision.reason())
        == HttpResponseStatus.PROXY_AUTHENTICATION_REQUIRED.code();
  }

  private static String credentialsHelp(Decision decision) {
    return isChallenge(decision)
        ? "a gateway takes them in its path, `/gateway/@NAME:TOKEN/...`"
        : "";
  }

  /// Methods that a refusal names; any other token is the client's own word and is not echoed.
  private static final List<String> KNOWN_METHODS =
      List.of("CONNECT", "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE");

  private EventLoop loop() {
    return client.channel().eventLoop();
  }

  private static OptionalInt status(Subject subject, Decision decision) {
    return OptionalInt.of(
        isTakenForTheOrigin(subject) && isChallenge(decision)
            ? HttpResponseStatus.FORBIDDEN.code()
            : RefusalResponse.status(decision.reason()));
  }
}
