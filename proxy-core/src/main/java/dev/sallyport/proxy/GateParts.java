package dev.sallyport.proxy;

import dev.sallyport.mitm.ClientHelloReader;
import dev.sallyport.proxy.accept.Handshakes;
import dev.sallyport.proxy.accept.OpenConnections;
import dev.sallyport.proxy.audit.EventAllowance;
import dev.sallyport.proxy.audit.Journal;
import dev.sallyport.proxy.config.Settings;
import dev.sallyport.proxy.decide.Decider;
import dev.sallyport.proxy.dial.Dialer;
import dev.sallyport.proxy.identify.Identifier;
import dev.sallyport.proxy.identify.TokenStore;
import dev.sallyport.proxy.intercept.Distrust;
import dev.sallyport.proxy.intercept.Interception;
import dev.sallyport.proxy.limit.OctetBudget;
import dev.sallyport.proxy.metrics.GateMetrics;
import dev.sallyport.proxy.reply.ModelVendor;

/// What every connection of a gate shares. Safe on any thread.
///
/// @param via this gate's entry in `Via`; by it a request that comes back is known
record GateParts(
    Settings.Limits limits,
    TokenStore tokens,
    Identifier identifier,
    Decider decider,
    Dialer dialer,
    Interception interception,
    Distrust distrust,
    ModelVendor.Hosts modelHosts,
    GatewayDoor gateways,
    EventAllowance allowance,
    Journal journal,
    GateMetrics metrics,
    OpenConnections open,
    Origins.ByLoop origins,
    Handshakes handshakes,
    OctetBudget budget,
    ClientHelloReader helloReader,
    String via) {
  /// What holds now.
  Standing standing() {
    return new Standing(decider.policy(), tokens.tokens());
  }
}
