package dev.sallyport.proxy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.proxy.reply.RefusalResponse;
import dev.sallyport.rules.BreakGlass;
import dev.sallyport.rules.ClientIdentity;
import dev.sallyport.rules.Decision;
import dev.sallyport.rules.Destination;
import dev.sallyport.rules.Entry;
import dev.sallyport.rules.Host;
import dev.sallyport.rules.HostPattern;
import dev.sallyport.rules.MalformedHostException;
import dev.sallyport.rules.Outcome;
import dev.sallyport.rules.Permit;
import dev.sallyport.rules.Policy;
import dev.sallyport.rules.PolicySource;
import dev.sallyport.rules.Ports;
import dev.sallyport.rules.Profile;
import dev.sallyport.rules.ReportMode;
import dev.sallyport.rules.Scheme;
import dev.sallyport.rules.SchemeRule;
import dev.sallyport.rules.TrafficClass;
import dev.sallyport.rules.TunnelRule;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// `http://sallyport.internal/status`: who the caller is to this gate, which policy judges it and
/// whether that one is enforced, the gate's time, and a few hosts of each of the caller's classes.
/// All of it the caller could learn by trying; nothing of other clients, and of the policy no rule.
final class CallerStatus {
  /// Hosts that are named of each class.
  static final int HOSTS_NAMED = 3;

  /// Entries of a class that are looked at to find them; policies can be long, and this runs on the
  /// event loop.
  static final int ENTRIES_LOOKED_AT = 64;

  /// Stands for every host that no entry names.
  private static final Destination UNLISTED = https("unlisted." + OwnPages.HOST);

  private static final ObjectMapper JSON = new ObjectMapper();

  private final GateParts parts;
  private final ClientIdentity client;
  private final Policy policy;
  private final Instant now;
  private final Decision unlisted;
  private final Optional<Profile> profile;

  private CallerStatus(GateParts parts, ClientIdentity client) {
    this.parts = parts;
    this.client = client;
    this.policy = parts.decider().policy();
    this.now = parts.journal().now();
    this.unlisted = policy.decide(client, UNLISTED, now);
    Optional<String> name = policy.profileOf(client);
    this.profile =
        policy.source().profiles().stream()
            .filter(each -> name.filter(each.name()::equals).isPresent())
            .findFirst();
  }

  private static Destination https(String name) {
    try {
      return new Destination(Scheme.HTTPS, Host.parse(name), Scheme.HTTPS.defaultPort());
    } catch (MalformedHostException impossible) {
      throw new IllegalStateException("this is a name", impossible);
    }
  }

  /// The page, as JSON or text.
  static FullHttpResponse answer(GateParts parts, Ask ask) {
    CallerStatus status = new CallerStatus(parts, ask.identified().client());
    RefusalResponse.Form form =
        RefusalResponse.Form.of(ask.head().headers().getAllAsString(HttpHeaderNames.ACCEPT));
    return form == RefusalResponse.Form.TEXT
        ? OwnPages.text(HttpResponseStatus.OK, status.text())
        : OwnPages.json(status.json());
  }

  private String text() {
    String who = client.userName().map(name -> " `" + name + "`").orElse("");
    StringBuilder text = new StringBuilder();
    text.append("identity ").append(method()).append(who);
    text.append("\nprofile  ").append(profile.map(Profile::name).orElse("none"));
    text.append("\npolicy   ").append(policy.stamp().shortText()).append(", ").append(mode());
    text.append("\ntime     ").append(now).append('\n');
    return text.toString();
  }

  private String json() {
    ObjectNode out = JSON.createObjectNode();
    out.put("gate", "sallyport");
    out.put("time", now.toString());
    ObjectNode identity = out.putObject("identity");
    identity.put("method", method());
    client.userName().ifPresent(name -> identity.put("name", name));
    profile.ifPresent(mine -> out.put("profile", mine.name()));
    ObjectNode about = out.putObject("policy");
    about.put("name", policy.stamp().name());
    about.put("version", policy.stamp().version());
    policy.source().contact().ifPresent(contact -> about.put("contact", contact));
    out.put("mode", mode());
    ArrayNode reports = out.putArray("reports");
    reports()
        .forEach(
            (of, mode) ->
                reports
                    .addObject()
                    .put("of", of)
                    .put("owner", mode.owner())
                    .put("until", mode.until().toString()));
    out.put("unlisted", unlisted.outcome().code());
    out.put("refuses-in-band", parts.interception().refusesInBand());
    parts.interception().root().ifPresent(root -> root(out.putObject("root"), root));
    ArrayNode classes = out.putArray("classes");
    profile.ifPresent(mine -> mine.classes().forEach(name -> hosts(classes.addObject(), name)));
    return out + "\n";
  }

  private String method() {
    return unlisted.identifiedBy().code();
  }

  private String mode() {
    return reports().isEmpty() ? "enforce" : "report";
  }

  /// What lets through for the caller what its rules would refuse, and until when.
  private Map<String, ReportMode> reports() {
    Map<String, ReportMode> all = new LinkedHashMap<>();
    policy.switches().brokenAt(now).ifPresent(glass -> all.put("break-glass", mode(glass)));
    PolicySource source = policy.source();
    source.report().ifPresent(mode -> all.put("policy", mode));
    profile.ifPresent(
        mine -> {
          mine.report().ifPresent(mode -> all.put("profile " + mine.name(), mode));
          source.classes().stream()
              .filter(from -> mine.classes().contains(from.name()))
              .forEach(
                  from -> from.report().ifPresent(mode -> all.put("class " + from.name(), mode)));
        });
    all.values().removeIf(mode -> !mode.isInForce(now));
    return all;
  }

  private static ReportMode mode(BreakGlass glass) {
    return new ReportMode(glass.by(), glass.until());
  }

  private static void root(ObjectNode out, X509Certificate root) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(root.getEncoded());
      out.put("sha256", HexFormat.of().formatHex(digest));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("SHA-256 is always there", impossible);
    }
    out.put("expires", root.getNotAfter().toInstant().toString());
  }

  private void hosts(ObjectNode out, TrafficClass name) {
    out.put("class", name.name());
    ArrayNode hosts = out.putArray("hosts");
    List<Entry> entries =
        policy.source().classes().stream()
            .filter(from -> from.name().equals(name))
            .flatMap(from -> from.allow().stream())
            .limit(ENTRIES_LOOKED_AT)
            .toList();
    List<String> named = new ArrayList<>();
    for (Entry entry : entries) {
      Optional<Destination> to = destination(entry);
      Optional<Permit> permit = to.flatMap(each -> permit(each, name));
      if (permit.isPresent() && !named.contains(to.get().url()) && named.size() < HOSTS_NAMED) {
        named.add(to.get().url());
        hosts
            .addObject()
            .put("url", to.get().url())
            .put("treatment", permit.get().treatment().code());
      }
    }
  }

  private Optional<Permit> permit(Destination to, TrafficClass name) {
    Decision decision = policy.decide(client, to, now);
    boolean byThisClass =
        decision.outcome() == Outcome.ALLOW
            && decision.would().isEmpty()
            && decision.trafficClass().filter(name::equals).isPresent();
    return byThisClass ? decision.permit() : Optional.empty();
  }

  /// Where an entry leads for certain, and speaks TLS or http there.
  private static Optional<Destination> destination(Entry entry) {
    boolean anything = entry.tunnel().opening() == TunnelRule.Opening.ANYTHING;
    if (anything || !(entry.hosts() instanceof HostPattern.Exact(Host.Name host))) {
      return Optional.empty();
    }
    Scheme scheme = entry.scheme() == SchemeRule.HTTP ? Scheme.HTTP : Scheme.HTTPS;
    int port =
        entry.ports() instanceof Ports.Listed(var ports) && !ports.isEmpty()
            ? ports.first()
            : scheme.defaultPort();
    return Optional.of(new Destination(scheme, host, port));
  }
}
