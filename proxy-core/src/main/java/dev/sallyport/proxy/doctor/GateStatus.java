package dev.sallyport.proxy.doctor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What the gate says on `http://sallyport.internal/status`.
///
/// @param policy name and short version
/// @param reports what is let through in report mode, in words; empty when all is enforced
/// @param unlisted what becomes of a host that nobody listed: `deny`, `ask`, `allow`
/// @param rootSha256 of the authority's root; empty where there is none
public record GateStatus(
    Instant time,
    String identity,
    Optional<String> profile,
    String policy,
    List<String> reports,
    String unlisted,
    boolean refusesInBand,
    Optional<String> rootSha256,
    Optional<Instant> rootExpires,
    List<Allowed> allowed) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int SHORT = 7;

  public GateStatus {
    reports = List.copyOf(reports);
    allowed = List.copyOf(allowed);
  }

  /// A host that a class lets the caller reach.
  ///
  /// @param trafficClass the class's name
  record Allowed(String trafficClass, boolean https, String host, int port, boolean intercepted) {
    String authority() {
      return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
  }

  /// Reads the page.
  ///
  /// @return empty when it is not that page
  static Optional<GateStatus> parse(String page) {
    try {
      JsonNode all = JSON.readTree(page);
      if (!all.path("gate").asText().equals("sallyport")) {
        return Optional.empty();
      }
      return Optional.of(
          new GateStatus(
              Instant.parse(all.path("time").asText()),
              identity(all.path("identity")),
              text(all.path("profile")),
              policy(all.path("policy")),
              reports(all.path("reports")),
              all.path("unlisted").asText(),
              all.path("refuses-in-band").asBoolean(),
              text(all.path("root").path("sha256")),
              text(all.path("root").path("expires")).map(Instant::parse),
              allowed(all.path("classes"))));
    } catch (JsonProcessingException | DateTimeException other) {
      return Optional.empty();
    }
  }

  private static Optional<String> text(JsonNode node) {
    return node.isTextual() ? Optional.of(node.asText()) : Optional.empty();
  }

  private static String identity(JsonNode identity) {
    return text(identity.path("name"))
        .map(name -> identity.path("method").asText() + " `" + name + "`")
        .orElse(identity.path("method").asText());
  }

  private static String policy(JsonNode policy) {
    String version = policy.path("version").asText();
    return policy.path("name").asText()
        + " @ "
        + version.substring(0, Math.min(SHORT, version.length()));
  }

  private static List<String> reports(JsonNode reports) {
    List<String> all = new ArrayList<>();
    for (JsonNode report : reports) {
      all.add(
          report.path("of").asText()
              + ", in the name of "
              + report.path("owner").asText()
              + ", until "
              + report.path("until").asText());
    }
    return all;
  }

  private static List<Allowed> allowed(JsonNode classes) {
    List<Allowed> all = new ArrayList<>();
    for (JsonNode each : classes) {
      for (JsonNode host : each.path("hosts")) {
        allowed(each.path("class").asText(), host).ifPresent(all::add);
      }
    }
    return all;
  }

  private static Optional<Allowed> allowed(String trafficClass, JsonNode host) {
    Optional<URI> url = url(host.path("url").asText());
    return url.flatMap(at -> Optional.ofNullable(at.getHost()))
        .map(
            name -> {
              boolean https = "https".equals(url.get().getScheme());
              int port = url.get().getPort();
              return new Allowed(
                  trafficClass,
                  https,
                  name.startsWith("[") ? name.substring(1, name.length() - 1) : name,
                  port > 0 ? port : https ? 443 : 80,
                  host.path("treatment").asText().equals("intercept"));
            });
  }

  private static Optional<URI> url(String text) {
    try {
      return Optional.of(new URI(text));
    } catch (URISyntaxException other) {
      return Optional.empty();
    }
  }

  /// Classes in the order of the profile, each once.
  List<String> classes() {
    return allowed.stream().map(Allowed::trafficClass).distinct().toList();
  }

  /// The first host that can be reached over https, if any.
  Optional<Allowed> anyHttps() {
    return allowed.stream().filter(Allowed::https).findFirst();
  }
}
