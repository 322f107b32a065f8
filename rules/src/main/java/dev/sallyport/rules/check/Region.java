package dev.sallyport.rules.check;

import dev.sallyport.rules.Destination;
import dev.sallyport.rules.RequestSight;
import dev.sallyport.rules.RuleRef;
import dev.sallyport.rules.Scheme;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;

/// Requests that share a fate: hosts, the ports of each scheme, and which requests there.
///
/// @param ports for each scheme; a scheme that is not meant is absent
/// @param rules the rules that open or opened it, in the order of their hosts
public record Region(
    Area area, Map<Scheme, PortSet> ports, RequestPart requests, SequencedSet<RuleRef> rules) {
  /// Rules that a line names; more are counted.
  private static final int RULES_NAMED = 2;

  public Region {
    ports = new EnumMap<>(ports);
  }

  /// Whether a request is meant.
  public boolean contains(Destination destination, RequestSight request) {
    PortSet meant = ports.get(destination.scheme());
    return meant != null
        && meant.contains(destination.port())
        && area.contains(destination.host())
        && requests.contains(request);
  }

  /// One line for a person; https goes without saying. Where requests are told apart it is `GET,
  /// HEAD https://name.example/docs/**`, or for more than one host or port `GET /docs/** at every
  /// name below name.example`.
  public String text() {
    if (requests.equals(RequestPart.ALL)) {
      return destinations();
    }
    String methods = requests.methodText();
    String path = requests.paths().text();
    String where =
        url()
            .map(url -> url + path)
            .orElseGet(() -> (path.isEmpty() ? "" : path + " at ") + destinations());
    return (methods.isEmpty() ? "" : methods + " ") + where + requests.remark();
  }

  /// The one URL without a path that is meant; empty when several are.
  private Optional<String> url() {
    if (!(area instanceof Area.One(var name)) || ports.size() != 1) {
      return Optional.empty();
    }
    Map.Entry<Scheme, PortSet> only = ports.entrySet().iterator().next();
    PortSet set = only.getValue();
    return set.others() || set.ports().size() != 1
        ? Optional.empty()
        : Optional.of(new Destination(only.getKey(), name, set.ports().first()).url());
  }

  private String destinations() {
    List<String> parts = new ArrayList<>();
    PortSet https = ports.get(Scheme.HTTPS);
    PortSet http = ports.get(Scheme.HTTP);
    boolean many = https != null && (https.others() || https.ports().size() > 1);
    if (https != null && many && https.equals(http)) {
      return area.text() + ", http and https" + https.text(Scheme.HTTPS);
    }
    if (https != null) {
      parts.add("https" + https.text(Scheme.HTTPS));
    }
    if (http != null) {
      parts.add("http" + http.text(Scheme.HTTP));
    }
    String joined = String.join(", ", parts);
    return joined.equals("https") ? area.text() : area.text() + ", " + joined;
  }

  /// Where the rules stand: `(policy.yaml:12)`; empty when no rule is at work.
  public String places() {
    if (rules.isEmpty()) {
      return "";
    }
    List<String> named = rules.stream().map(rule -> rule.place().fileAndLine()).distinct().toList();
    int more = named.size() - RULES_NAMED;
    String shown = String.join(", ", named.subList(0, Math.min(RULES_NAMED, named.size())));
    return "(" + shown + (more > 0 ? " and " + more + " more" : "") + ")";
  }
}
