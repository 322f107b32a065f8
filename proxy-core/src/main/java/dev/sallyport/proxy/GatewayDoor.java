package dev.sallyport.proxy;

import dev.sallyport.proxy.config.Settings;
import dev.sallyport.proxy.parse.GatewayTarget;
import dev.sallyport.rules.Host;
import dev.sallyport.rules.Reason;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Lets requests in that ask for a gateway, a model's API under a path of the gate's own. A client
/// that needs no proxy for that may be a web page, so what browsers say of whose request it is
/// counts here as nowhere else. Immutable; any thread.
///
/// @param gateways those that there are
record GatewayDoor(Settings.Gateways gateways) {
  private static final String LOCALHOST = "localhost";
  private static final String FETCH_SITE = "sec-fetch-site";

  /// What browsers say of requests that no page has made: a person typed the address, or the page
  /// came from here.
  private static final Set<String> NO_OTHER_PAGE = Set.of("none", "same-origin");

  /// What came out.
  sealed interface Found {
    /// Where it leads. Who asks, and whether they may, is still to be seen.
    record Way(GatewayTarget target, Settings.Gateways.Base base) implements Found {
      /// Path and query for the origin.
      String originForm() {
        return target.under(base.path());
      }
    }

    /// Where it would lead, if that is known.
    ///
    /// @param why more than the reason says, in our words
    record Wrong(Reason reason, String why, Optional<Settings.Gateways.Base> base)
        implements Found {}
  }

  /// Whether this gate has gateways and the request asks for one.
  boolean isAskedBy(HttpRequest head) {
    return !gateways.bases().isEmpty() && GatewayTarget.isOne(head.uri());
  }

  /// Judges everything about a request but who sends it and what the policy says.
  Found find(HttpRequest head) {
    GatewayTarget target = GatewayTarget.of(head.uri());
    Optional<Settings.Gateways.Base> base =
        Optional.ofNullable(gateways.bases().get(target.name()));
    if (!isOurs(head.headers().getAll(HttpHeaderNames.HOST))) {
      return new Found.Wrong(
          Reason.GATEWAY_HOST,
          "use `localhost`, an address, or a name that `gateway.hosts` lists",
          base);
    }
    if (isFromAPage(head)) {
      return new Found.Wrong(
          Reason.WEB_PAGE_NOT_ALLOWED, "`gateway.web-origins` lists the pages that may", base);
    }
    if (base.isEmpty()) {
      return new Found.Wrong(
          Reason.GATEWAY_UNKNOWN,
          "write `/gateway/NAME/...` with one of "
              + String.join(", ", gateways.bases().keySet().stream().sorted().toList()),
          base);
    }
    Optional<String> ambiguity = target.ambiguity();
    return ambiguity.isPresent()
        ? new Found.Wrong(Reason.MALFORMED, ambiguity.get(), base)
        : new Found.Way(target, base.get());
  }

  /// Takes out of a head what is the gate's own: the page that sent it, whose address may hold the
  /// token, and the origin, which the other side would hold against its own.
  static void rewrite(HttpRequest head, Settings.Gateways.Base base) {
    head.headers().remove(HttpHeaderNames.REFERER);
    if (head.headers().contains(HttpHeaderNames.ORIGIN)) {
      head.headers().set(HttpHeaderNames.ORIGIN, base.destination().url());
    }
  }

  /// A name that anybody could point at this machine is none of ours, or a page under that name
  /// would be no other page to a browser (DNS rebinding).
  private boolean isOurs(List<String> fields) {
    return fields.size() == 1
        && GatewayTarget.host(fields.getFirst())
            .filter(
                host ->
                    host instanceof Host.Literal
                        || host.text().equals(LOCALHOST)
                        || gateways.hosts().contains(host))
            .isPresent();
  }

  private boolean isFromAPage(HttpRequest head) {
    List<String> origins = head.headers().getAll(HttpHeaderNames.ORIGIN);
    if (!origins.isEmpty()) {
      return origins.size() > 1
          || !gateways.webOrigins().contains(origins.getFirst().toLowerCase(Locale.ROOT));
    }
    return !NO_OTHER_PAGE.containsAll(
        head.headers().getAll(FETCH_SITE).stream()
            .map(site -> site.toLowerCase(Locale.ROOT))
            .toList());
  }
}
