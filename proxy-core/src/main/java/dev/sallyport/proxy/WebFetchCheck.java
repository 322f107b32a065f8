package dev.sallyport.proxy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sallyport.proxy.reply.ModelVendor;
import dev.sallyport.proxy.stage.Entrance;
import dev.sallyport.proxy.stage.Identified;
import dev.sallyport.rules.Decision;
import dev.sallyport.rules.Destination;
import dev.sallyport.rules.Host;
import dev.sallyport.rules.MalformedHostException;
import dev.sallyport.rules.Reason;
import dev.sallyport.rules.RequestSight;
import dev.sallyport.rules.Scheme;
import dev.sallyport.rules.TrafficClass;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The question that Claude Code puts to its model's host before WebFetch goes to a page: may this
/// host be fetched? For a host that WebFetch may not reach the gate answers itself, since an agent
/// reads that answer and never sees the body of a refused page. Pure.
///
/// @param domain as it was asked for
/// @param decision why not
record WebFetchCheck(String domain, Decision decision) {
  private static final String PATH = "/api/web/domain_info";
  private static final TrafficClass WEB_FETCH = new TrafficClass("webfetch");
  private static final Set<Entrance> WITHIN_SIGHT =
      EnumSet.of(Entrance.INTERCEPTED, Entrance.GATEWAY);
  private static final ObjectMapper JSON = new ObjectMapper();

  /// What there is to refuse about a request that is allowed as such; empty for any other request,
  /// and for a host that may be fetched.
  static Optional<WebFetchCheck> refusal(GateParts parts, Ask ask, Decision allowed) {
    Identified identified = ask.identified();
    Host asked = identified.requested().destination().host();
    boolean check =
        WITHIN_SIGHT.contains(identified.requested().entrance())
            && parts.modelHosts().vendor(asked).equals(Optional.of(ModelVendor.ANTHROPIC))
            && ask.sight().filter(sight -> sight.path().equals(PATH)).isPresent();
    return check
        ? ask.sight().flatMap(WebFetchCheck::domain).flatMap(of -> judged(parts, ask, of, allowed))
        : Optional.empty();
  }

  /// One domain, or nothing that could be judged.
  private static Optional<String> domain(RequestSight sight) {
    return sight.queryValues("domain").map(List::stream).flatMap(all -> all.findFirst());
  }

  private static Optional<WebFetchCheck> judged(
      GateParts parts, Ask ask, String domain, Decision allowed) {
    try {
      Destination page =
          new Destination(Scheme.HTTPS, Host.parse(domain), Scheme.HTTPS.defaultPort());
      Decision decision =
          parts
              .decider()
              .policy()
              .decideWithin(WEB_FETCH, ask.identified().client(), page, parts.journal().now());
      return decision.permit().isPresent()
          ? Optional.empty()
          : Optional.of(new WebFetchCheck(domain, allowed.withdrawn(decision.reason())));
    } catch (MalformedHostException notAHost) {
      return Optional.of(new WebFetchCheck(domain, allowed.withdrawn(Reason.MALFORMED)));
    }
  }

  /// The answer as the model's host would give it.
  FullHttpResponse answer() {
    String text = JSON.createObjectNode().put("domain", domain).put("can_fetch", false).toString();
    FullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.OK,
            Unpooled.copiedBuffer(text, StandardCharsets.UTF_8));
    response.headers().set(HttpHeaderNames.CONTENT_TYPE, "application/json");
    response.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes());
    response.headers().set(HttpHeaderNames.CACHE_CONTROL, "no-store");
    return response;
  }
}
