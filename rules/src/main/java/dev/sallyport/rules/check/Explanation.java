package dev.sallyport.rules.check;

import dev.sallyport.rules.Addresses;
import dev.sallyport.rules.ClientIdentity;
import dev.sallyport.rules.Decision;
import dev.sallyport.rules.Destination;
import dev.sallyport.rules.ExpectedDecision.Who;
import dev.sallyport.rules.Place;
import dev.sallyport.rules.Policy;
import dev.sallyport.rules.RequestSight;
import dev.sallyport.rules.TrafficClass;
import dev.sallyport.rules.Treatment;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// A decision with everything that led to it, and what nearly did.
///
/// @param nearMisses the nearest first, [#MAX_NEAR_MISSES] at most
/// @param leftOff how many more there were
/// @param address what the address guard makes of an address literal
public record Explanation(
    Who who,
    Destination destination,
    Decision decision,
    List<NearMiss> nearMisses,
    int leftOff,
    Optional<AddressFinding> address) {
  /// Near misses shown, at most: more than a screen helps nobody.
  public static final int MAX_NEAR_MISSES = 20;

  public Explanation {
    nearMisses = List.copyOf(nearMisses);
  }

  /// Explains what a policy says of a profile or a client.
  ///
  /// @param request empty to ask what a CONNECT would get
  public static Explanation of(
      Policy policy, Who who, Destination destination, Optional<RequestSight> request, Instant at) {
    Decision decision = PolicyTests.decide(policy, who, destination, request, at);
    List<NearMiss> all =
        NearMisses.of(policy.source(), new Asked(who, destination, request, at), decision);
    List<NearMiss> shown = all.subList(0, Math.min(MAX_NEAR_MISSES, all.size()));
    return new Explanation(
        who,
        destination,
        decision,
        shown,
        all.size() - shown.size(),
        AddressFinding.of(destination, decision));
  }

  /// What was asked of the policy.
  record Asked(Who who, Destination destination, Optional<RequestSight> request, Instant at) {}

  /// The explanation for a person, line by line.
  ///
  /// @param text what stands on the line of a place; empty when that is not known
  public List<String> lines(Function<Place, Optional<String>> text) {
    List<String> lines = new ArrayList<>();
    lines.add(decision.outcome().code() + " " + destination.url());
    lines.add("  for      " + whoText());
    lines.add("  reason   " + decision.reason().code() + ": " + decision.reason().sentence());
    if (!decision.detail().isEmpty()) {
      lines.add("  because  " + decision.detail());
    }
    decision
        .would()
        .ifPresent(
            would ->
                lines.add("  would    " + would.outcome().code() + ": " + would.reason().code()));
    decision
        .exception()
        .ifPresent(terms -> lines.add("  until    " + terms.expires() + ": " + terms.reason()));
    if (decision.treatment() == Treatment.INTERCEPT) {
      lines.add("  how      intercept");
    }
    decision.trafficClass().ifPresent(name -> lines.add("  class    " + name));
    decision.profile().ifPresent(name -> lines.add("  profile  " + name));
    decision
        .rule()
        .ifPresent(
            rule -> {
              lines.add("  rule     " + rule.id() + " (" + rule.place().fileAndLine() + ")");
              text.apply(rule.place()).ifPresent(line -> lines.add("           | " + line));
            });
    address.ifPresent(found -> lines.add("  address  " + found.line()));
    lines.add("  policy   " + decision.policy().shortText());
    if (!nearMisses.isEmpty()) {
      lines.add("came near:");
      nearMisses.forEach(miss -> lines.add("  " + miss.line()));
    }
    if (leftOff > 0) {
      lines.add("  and " + leftOff + " more");
    }
    return lines;
  }

  /// The same as plain data for a program: maps with keys in a fixed order, lists, texts, numbers
  /// and truth values. What does not apply is left out.
  ///
  /// @param text what stands on the line of a place; empty when that is not known
  public Map<String, Object> data(Function<Place, Optional<String>> text) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("outcome", decision.outcome().code());
    data.put("destination", destination.url());
    data.put("reason", decision.reason().code());
    if (!decision.detail().isEmpty()) {
      data.put("detail", decision.detail());
    }
    decision
        .would()
        .ifPresent(
            would -> {
              data.put("would", would.outcome().code());
              data.put("would-reason", would.reason().code());
            });
    decision.exception().ifPresent(terms -> data.put("expires", terms.expires().toString()));
    if (decision.treatment() == Treatment.INTERCEPT) {
      data.put("treatment", decision.treatment().code());
    }
    decision.trafficClass().map(TrafficClass::name).ifPresent(name -> data.put("class", name));
    decision.profile().ifPresent(name -> data.put("profile", name));
    decision
        .rule()
        .ifPresent(
            rule -> {
              data.put("rule", rule.id());
              data.put("source", rule.place().fileAndLine());
              text.apply(rule.place()).ifPresent(line -> data.put("text", line));
            });
    address.ifPresent(found -> data.put("address", data(found)));
    data.put("policy", decision.policy().name());
    data.put("version", decision.policy().version());
    data.put("near", nearMisses.stream().map(Explanation::data).toList());
    data.put("left-off", leftOff);
    return data;
  }

  private static Map<String, Object> data(AddressFinding found) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("kind", found.range().kind().text());
    data.put("range", found.range().range().toString());
    data.put("refused", found.refused());
    return data;
  }

  private static Map<String, Object> data(NearMiss miss) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("rule", miss.rule().id());
    data.put("source", miss.rule().place().fileAndLine());
    data.put("words", miss.words());
    miss.trafficClass().map(TrafficClass::name).ifPresent(name -> data.put("class", name));
    data.put("failed", miss.failed());
    return data;
  }

  private String whoText() {
    return switch (who) {
      case Who.WithProfile(String name) -> "profile `" + name + "`";
      case Who.As(var client) -> whoText(client);
    };
  }

  private static String whoText(ClientIdentity client) {
    String proof =
        switch (client.proof()) {
          case ClientIdentity.Proof.Token(String name, String _) -> "token `" + name + "`";
          case ClientIdentity.Proof.Certificate(String name, String _, var _) ->
              "certificate `" + name + "`";
          case ClientIdentity.Proof.OwnListener() -> "the listener's own client";
          case ClientIdentity.Proof.Nothing() -> "a client without credentials";
        };
    return proof
        + labels(" proven to be ", client.labels())
        + labels(" claiming ", client.claimed())
        + " from "
        + Addresses.text(client.address())
        + " through `"
        + client.listener()
        + "`";
  }

  private static String labels(String what, Map<String, String> labels) {
    return labels.isEmpty()
        ? ""
        : what
            + labels.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(label -> label.getKey() + "=" + label.getValue())
                .collect(Collectors.joining(", "));
  }
}
