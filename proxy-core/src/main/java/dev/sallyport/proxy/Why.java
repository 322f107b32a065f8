package dev.sallyport.proxy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.proxy.parse.Target;
import dev.sallyport.proxy.parse.TargetParser;
import dev.sallyport.proxy.reply.Refusal;
import dev.sallyport.proxy.reply.RefusalResponse;
import dev.sallyport.proxy.reply.RefusalText;
import dev.sallyport.rules.ClientIdentity;
import dev.sallyport.rules.Decision;
import dev.sallyport.rules.Destination;
import dev.sallyport.rules.IdentityMethod;
import dev.sallyport.rules.Policy;
import dev.sallyport.rules.PolicySource;
import dev.sallyport.rules.Reason;
import dev.sallyport.rules.RequestSight;
import dev.sallyport.rules.RuleRef;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// `http://sallyport.internal/why?url=...`: a client asks what the gate would say to a request of
/// its own, before it tries. Nothing is sent and nothing resolved; the answer goes to whoever asks,
/// about itself alone, so it is no event.
final class Why {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String WS = "ws";

  /// A method (RFC 9110 section 9.1: a token), as long as those that anybody uses.
  private static final Pattern METHOD = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,32}");

  private final PolicySource policy;
  private final Decision decision;
  private final String method;
  private final Optional<Destination> to;
  private final String detail;

  private Why(
      PolicySource policy,
      Decision decision,
      String method,
      Optional<Destination> to,
      String detail) {
    this.policy = policy;
    this.decision = decision;
    this.method = method;
    this.to = to;
    this.detail = detail;
  }

  /// The answer, as JSON or text; empty when the question cannot be read.
  static Optional<FullHttpResponse> answer(GateParts parts, Ask ask) {
    RefusalResponse.Form form =
        RefusalResponse.Form.of(ask.head().headers().getAllAsString(HttpHeaderNames.ACCEPT));
    return ask.sight()
        .flatMap(seen -> of(parts, ask.identified().client(), seen))
        .map(
            why ->
                form == RefusalResponse.Form.TEXT
                    ? OwnPages.text(HttpResponseStatus.OK, why.text())
                    : OwnPages.json(why.json()));
  }

  private static Optional<Why> of(GateParts parts, ClientIdentity client, RequestSight asked) {
    String method = theOne(asked, "method").orElse("GET");
    return theOne(asked, "url")
        .filter(_ -> METHOD.matcher(method).matches())
        .map(url -> of(parts, client, method, url));
  }

  private static Why of(GateParts parts, ClientIdentity client, String method, String url) {
    Policy policy = parts.decider().policy();
    Target target = target(url);
    if (!(target instanceof Target.Request request)) {
      return new Why(
          policy.source(),
          Decision.refused(Reason.MALFORMED, policy.stamp(), IdentityMethod.NONE),
          method,
          Optional.empty(),
          target instanceof Target.Wrong wrong ? wrong.why() : "");
    }
    Decision decision =
        policy.decide(
            client,
            request.destination(),
            Optional.of(sight(method, url, request)),
            parts.journal().now());
    return new Why(policy.source(), decision, method, Optional.of(request.destination()), "");
  }

  /// A value that is there once: of two, somebody else may read the other.
  private static Optional<String> theOne(RequestSight asked, String name) {
    return asked
        .queryValues(name)
        .filter(values -> values.size() == 1)
        .map(List::getFirst)
        .filter(value -> !value.isEmpty());
  }

  private static Target target(String url) {
    return TargetParser.url(isWebSocket(url) ? "http" + url.substring(WS.length()) : url);
  }

  private static RequestSight sight(String method, String url, Target.Request target) {
    RequestSight seen = RequestSight.of(method, target.originForm());
    return isWebSocket(url) ? seen.forWebSocket() : seen;
  }

  /// `ws` and `wss` are http and https for whoever looks at the way (RFC 6455 section 3).
  private static boolean isWebSocket(String url) {
    return url.regionMatches(true, 0, WS, 0, WS.length());
  }

  private String json() {
    ObjectNode out = JSON.createObjectNode();
    to.ifPresent(destination -> out.put("url", destination.url()));
    out.put("method", method);
    out.put("decision", decision.outcome().code());
    out.put("reason", decision.reason().code());
    out.put("sentence", sentence());
    decision.trafficClass().ifPresent(name -> out.put("class", name.name()));
    decision.profile().ifPresent(name -> out.put("profile", name));
    decision.rule().map(RuleRef::id).ifPresent(id -> out.put("rule", id));
    decision.permit().ifPresent(permit -> out.put("treatment", permit.treatment().code()));
    out.put("policy", decision.policy().shortText());
    policy.contact().ifPresent(contact -> out.put("contact", contact));
    return out + "\n";
  }

  private String text() {
    String contact = policy.contact().map(at -> ", ask in " + at).orElse("");
    return "decision "
        + decision.outcome().code()
        + "\nreason   "
        + decision.reason().code()
        + ": "
        + sentence()
        + "\npolicy   "
        + decision.policy().shortText()
        + contact
        + "\n";
  }

  private String sentence() {
    return RefusalText.sentence(
        new Refusal(
            decision,
            method,
            to,
            "",
            detail,
            policy.owners(),
            policy.contact(),
            policy.requestUrl()));
  }
}
