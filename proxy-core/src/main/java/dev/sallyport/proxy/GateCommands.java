package dev.sallyport.proxy;

import dev.sallyport.proxy.admin.ControlCommand;
import dev.sallyport.proxy.admin.ControlReply;
import dev.sallyport.proxy.admin.ControlRequest;
import dev.sallyport.proxy.identify.TokenStore;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What the control socket can make a gate do.
final class GateCommands {
  private final Gate gate;

  GateCommands(Gate gate) {
    this.gate = gate;
  }

  /// By name.
  Map<String, ControlCommand> all() {
    return Map.of("reload", this::reload, "status", this::status);
  }

  private ControlReply reload(ControlRequest request) {
    if (gate.reloadTokens() instanceof TokenStore.Reload.Kept(String why)) {
      return ControlReply.Refused.because("the token file is not replaced: " + why);
    }
    try {
      Gate.Reloaded reloaded = gate.reload();
      Map<String, Object> facts = new LinkedHashMap<>();
      facts.put("policy", reloaded.policy().stamp().shortText());
      facts.put("connections ended", (long) reloaded.ended());
      return new ControlReply.Done(facts);
    } catch (PolicyRejectedException rejected) {
      return new ControlReply.Refused(
          "the policy is not replaced, the old one stays in force", rejected.problems());
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
    return new ControlReply.Done(facts);
  }
}
