package dev.sallyport.proxy.reply;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.rules.Decision;

/// A refusal as one JSON object.
final class RefusalJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private RefusalJson() {}

  static String of(Refusal refusal) {
    Decision decision = refusal.decision();
    ObjectNode out = JSON.createObjectNode();
    out.put("error", "egress_denied");
    out.put("reason", decision.reason().code());
    refusal.destination().ifPresent(to -> out.put("host", to.host().text()));
    decision.trafficClass().ifPresent(name -> out.put("class", name.name()));
    out.put("policy", decision.policy().shortText());
    out.put("request", refusal.requestId());
    out.put("retry", decision.reason().answer().retry().code());
    refusal.contact().ifPresent(contact -> out.put("contact", contact));
    out.put("help", help(refusal));
    return out.toString() + "\n";
  }

  /// What to do, in sentences.
  static String help(Refusal refusal) {
    String why = "Sallyport refused this: " + RefusalText.sentence(refusal) + ".";
    String link = refusal.link().map(url -> " See " + url + ".").orElse("");
    String what =
        RefusalText.isFinal(refusal.decision().reason()) ? " Trying again will not help." : "";
    return why + what + link;
  }
}
