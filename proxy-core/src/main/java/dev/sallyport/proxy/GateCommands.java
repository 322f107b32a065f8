package dev.sallyport.proxy;

import dev.sallyport.proxy.admin.ControlCommand;
import dev.sallyport.proxy.admin.ControlReply;
import dev.sallyport.proxy.admin.ControlRequest;
import dev.sallyport.proxy.identify.TokenStore;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What the control socket can make a gate do.
final class GateCommands {
  private static final String KEPT = "the policy is not replaced, the old one stays in force";

  private final Gate gate;
  private final Changes changes;

  GateCommands(Gate gate, Changes changes) {
    this.gate = gate;
    this.changes = changes;
  }

  /// By name.
  Map<String, ControlCommand> all(SwitchCommands switches) {
    Map<String, ControlCommand> all = new HashMap<>(switches.all());
    all.put("reload", this::reload);
    all.put("status", this::status);
    return all;
  }

  private ControlReply reload(ControlRequest request) {
    if (request.has("dry-run")) {
      return preview();
    }
    if (gate.reloadTokens() instanceof TokenStore.Reload.Kept(String why)) {
      return ControlReply.Refused.because("the token file is not replaced: " + why);
    }
    List<String> kept = gate.reloadCertificates();
    if (!kept.isEmpty()) {
      return new ControlReply.Refused("a certificate is not replaced, the old one stays", kept);
    }
    try {
      Gate.Reloaded reloaded =
          changes.reload(request.has("force") ? Changes.Force.YES : Changes.Force.NO);
      Map<String, Object> facts = new LinkedHashMap<>();
      facts.put("policy", reloaded.policy().stamp().shortText());
      facts.put("connections ended", (long) reloaded.ended());
      return new ControlReply.Done(facts);
    } catch (PolicyRejectedException rejected) {
      return new ControlReply.Refused(KEPT, rejected.problems());
    }
  }

  private ControlReply preview() {
    try {
      Changes.Preview preview = changes.preview();
      Map<String, Object> facts = new LinkedHashMap<>();
      facts.put("in force", gate.policy().stamp().shortText());
      facts.put("would be", preview.policy().stamp().shortText());
      facts.put("connections that would end", (long) preview.ending());
      if (!preview.lost().isEmpty()) {
        facts.put("takes --force", preview.lost());
      }
      return new ControlReply.Done(facts);
    } catch (PolicyRejectedException rejected) {
      return new ControlReply.Refused("the policy would not come into force", rejected.problems());
    }
  }

  private ControlReply status(ControlRequest request) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("version", Version.TEXT);
    facts.put("policy", gate.policy().stamp().shortText());
    facts.put("ready", gate.readiness().text());
    facts.put("listening", List.copyOf(gate.addresses().stream().map(Object::toString).toList()));
    facts.put("connections", (long) gate.openConnections());
    facts.put("audit head", gate.auditHead().text());
    gate.certificateEnds().forEach((name, end) -> facts.put("certificate " + name, "until " + end));
    facts.putAll(SwitchCommands.facts(changes.switches(), gate.now()));
    return new ControlReply.Done(facts);
  }
}
