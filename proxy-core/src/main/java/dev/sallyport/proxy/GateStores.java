package dev.sallyport.proxy;

import dev.sallyport.mitm.ClientHelloReader;
import dev.sallyport.proxy.accept.Descriptors;
import dev.sallyport.proxy.accept.Handshakes;
import dev.sallyport.proxy.accept.OpenConnections;
import dev.sallyport.proxy.audit.AuditOpenException;
import dev.sallyport.proxy.audit.EventAllowance;
import dev.sallyport.proxy.audit.FileAuditLog;
import dev.sallyport.proxy.audit.Journal;
import dev.sallyport.proxy.config.Settings;
import dev.sallyport.proxy.decide.Decider;
import dev.sallyport.proxy.dial.Dialer;
import dev.sallyport.proxy.identify.Identifier;
import dev.sallyport.proxy.identify.TokenStore;
import dev.sallyport.proxy.identify.UnreadableTokensException;
import dev.sallyport.proxy.intercept.CannotInterceptException;
import dev.sallyport.proxy.intercept.Distrust;
import dev.sallyport.proxy.intercept.Interception;
import dev.sallyport.proxy.intercept.ParentTrust;
import dev.sallyport.proxy.limit.OctetBudget;
import dev.sallyport.proxy.metrics.GateMetrics;
import dev.sallyport.proxy.reply.ModelVendor;
import dev.sallyport.proxy.stage.Ulid;
import dev.sallyport.proxy.state.GateState;
import dev.sallyport.proxy.state.StateFile;
import dev.sallyport.proxy.state.UnreadableStateException;
import dev.sallyport.proxy.transport.Transport;
import dev.sallyport.proxy.trust.ParentTls;
import dev.sallyport.rules.Policy;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a gate is made of before its first door opens: files that are read and kept, keys, the
/// record, and what connections share.
///
/// @param state as the file had it
/// @param connections how many may be open, by the settings and by what the system allows
record GateStores(
    Settings settings,
    Transport transport,
    TokenStore tokens,
    StateFile stateFile,
    GateState state,
    Interception interception,
    Optional<ParentTls> parentTls,
    FileAuditLog audit,
    int connections) {
  private static final Logger LOG = LoggerFactory.getLogger(GateStores.class);

  /// Opens all of it, the record last. Blocks.
  ///
  /// @throws CannotStartException with one sentence; nothing that was opened needs to be closed
  static GateStores open(Settings settings, Policy policy) throws CannotStartException {
    Transport transport = bestTransport();
    TokenStore tokens = tokens(settings);
    StateFile stateFile = StateFile.beside(settings.control());
    GateState state = state(stateFile);
    Optional<ParentTls> parentTls = parentTls(settings);
    int connections = connections(settings.limits().connections());
    Interception interception = interception(settings, policy);
    try {
      FileAuditLog audit = FileAuditLog.open(settings.audit(), Clock.systemUTC());
      return new GateStores(
          settings,
          transport,
          tokens,
          stateFile,
          state,
          interception,
          parentTls,
          audit,
          connections);
    } catch (AuditOpenException failed) {
      interception.close();
      throw CannotStartException.because(failed);
    }
  }

  /// What every connection shares.
  ///
  /// @param own the addresses that are never dialled
  GateParts parts(Policy policy, Supplier<List<InetSocketAddress>> own) {
    GateMetrics metrics = new GateMetrics();
    Settings.Limits limits = settings.limits();
    EventAllowance allowance = new EventAllowance(limits.eventsPerClient(), System::nanoTime);
    Decider decider =
        new Decider(
            policy.under(state.switches()),
            settings.resolve().nat64(),
            () -> tokens.tokens().isPresent());
    return new GateParts(
        limits,
        tokens,
        new Identifier(tokens, settings.identity(), decider::policy),
        decider,
        new Dialer(settings, transport, own, parentTls),
        interception,
        new Distrust(System::nanoTime),
        modelHosts(settings.gateways()),
        new GatewayDoor(settings.gateways()),
        allowance,
        new Journal(audit, metrics, Clock.systemUTC(), allowance),
        metrics,
        new OpenConnections(),
        new Origins.ByLoop(limits.times().idle()),
        new Handshakes(connections, limits.connectionsPerClient()),
        new OctetBudget(),
        new ClientHelloReader(limits.clientHello()),
        "1.1 sallyport-" + Ulid.at(System.currentTimeMillis()));
  }

  /// Whoever gives a vendor's name to a gateway has that vendor's clients behind it.
  private static ModelVendor.Hosts modelHosts(Settings.Gateways gateways) {
    ModelVendor.Hosts hosts = ModelVendor.Hosts.builtIn();
    for (ModelVendor vendor : ModelVendor.values()) {
      Settings.Gateways.Base base = gateways.bases().get(vendor.gateway());
      if (base != null) {
        hosts = hosts.and(base.destination().host(), vendor);
      }
    }
    return hosts;
  }

  private static int connections(int wished) {
    Descriptors descriptors = new Descriptors();
    int connections = descriptors.connections(wished);
    if (connections < wished) {
      LOG.info(
          "the limit of {} open files allows {} connections, fewer than `limits.connections: {}`;"
              + " raise it with `ulimit -n`",
          descriptors.limit().orElse(0),
          connections,
          wished);
    }
    return connections;
  }

  private static Transport bestTransport() throws CannotStartException {
    try {
      return Transport.best();
    } catch (IllegalArgumentException wrong) {
      throw CannotStartException.because(wrong);
    }
  }

  private static TokenStore tokens(Settings settings) throws CannotStartException {
    if (settings.identity().tokens().isEmpty()) {
      return TokenStore.none();
    }
    try {
      return TokenStore.open(settings.identity().tokens().get());
    } catch (UnreadableTokensException unreadable) {
      throw CannotStartException.because(unreadable);
    }
  }

  private static GateState state(StateFile file) throws CannotStartException {
    try {
      return file.load();
    } catch (UnreadableStateException unreadable) {
      throw CannotStartException.because(unreadable);
    }
  }

  private static Interception interception(Settings settings, Policy policy)
      throws CannotStartException {
    Interception interception =
        new Interception(settings.intercept(), settings.upstream(), Clock.systemUTC());
    try {
      interception.putInForce(interception.prepare(policy));
      if (!settings.gateways().bases().isEmpty()) {
        interception.prepareOrigins();
      }
      return interception;
    } catch (CannotInterceptException failed) {
      throw CannotStartException.because(failed);
    }
  }

  private static Optional<ParentTls> parentTls(Settings settings) throws CannotStartException {
    try {
      return ParentTrust.of(settings.upstream(), Clock.systemUTC());
    } catch (CannotInterceptException failed) {
      throw CannotStartException.because(failed);
    }
  }
}
