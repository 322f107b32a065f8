package dev.sallyport.proxy;

import dev.sallyport.mitm.ClientHelloReader;
import dev.sallyport.proxy.accept.AfterPeak;
import dev.sallyport.proxy.accept.CannotSecureException;
import dev.sallyport.proxy.accept.ConnectionLimits;
import dev.sallyport.proxy.accept.Descriptors;
import dev.sallyport.proxy.accept.Handshakes;
import dev.sallyport.proxy.accept.ListenerTls;
import dev.sallyport.proxy.accept.OpenConnections;
import dev.sallyport.proxy.admin.AdminPages;
import dev.sallyport.proxy.admin.AdminServer;
import dev.sallyport.proxy.admin.CannotListenException;
import dev.sallyport.proxy.admin.ControlCommand;
import dev.sallyport.proxy.admin.ControlSocket;
import dev.sallyport.proxy.admin.Readiness;
import dev.sallyport.proxy.audit.Anchor;
import dev.sallyport.proxy.audit.AuditEvent;
import dev.sallyport.proxy.audit.AuditOpenException;
import dev.sallyport.proxy.audit.EventAllowance;
import dev.sallyport.proxy.audit.FileAuditLog;
import dev.sallyport.proxy.audit.Journal;
import dev.sallyport.proxy.audit.PolicyShelf;
import dev.sallyport.proxy.config.Listen;
import dev.sallyport.proxy.config.Managed;
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
import dev.sallyport.proxy.names.DnsStub;
import dev.sallyport.proxy.reply.ModelVendor;
import dev.sallyport.proxy.stage.Ulid;
import dev.sallyport.proxy.state.GateState;
import dev.sallyport.proxy.state.StateFile;
import dev.sallyport.proxy.state.UnreadableStateException;
import dev.sallyport.proxy.transport.Transport;
import dev.sallyport.proxy.trust.ParentTls;
import dev.sallyport.rules.Policy;
import dev.sallyport.rules.Reason;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A running gate: starts the parts in order, reloads the policy, stops gracefully. [#start],
/// [#reload] and [#stop] block and are not for event loops.
public final class Gate {
  private static final Logger LOG = LoggerFactory.getLogger(Gate.class);

  /// How long a start waits until its first events are on file.
  private static final Duration START_EVENT_TIME = Duration.ofSeconds(5);

  /// How long connections that were told to end may take to do so.
  private static final Duration LAST_WORDS = Duration.ofSeconds(2);

  private final Settings settings;
  private final FileAuditLog audit;
  private final EventLoopGroup loops;
  private final Transport transport;
  private final GateParts parts;
  private final ProxyServer server;
  private final Changes changes;
  private final Whose whose;
  private final Optional<Managed> managed;
  private final List<ListenerTls> secured = new CopyOnWriteArrayList<>();
  private final AtomicBoolean stopping = new AtomicBoolean();
  private @Nullable AdminServer admin;
  private @Nullable ControlSocket control;
  private @Nullable DnsStub names;
  private @Nullable AfterPeak afterPeak;

  /// To whom a gate belongs.
  public enum Whose {
    /// To whoever can reach its listeners.
    SHARED,
    /// To the one child of `sallyport run`, which needs no credentials.
    ONE_CHILD
  }

  private Gate(
      Settings settings,
      PolicyOrigin origin,
      Whose whose,
      Policy policy,
      Optional<Managed> managed,
      TokenStore tokens,
      StateFile stateFile,
      GateState state,
      Interception interception,
      Optional<ParentTls> parentTls,
      FileAuditLog audit,
      Transport transport) {
    this.settings = settings;
    this.whose = whose;
    this.audit = audit;
    this.transport = transport;
    this.loops = new MultiThreadIoEventLoopGroup(transport.ioHandlers());
    GateMetrics metrics = new GateMetrics();
    int connections = connections(settings.limits().connections());
    EventAllowance allowance =
        new EventAllowance(settings.limits().eventsPerClient(), System::nanoTime);
    this.parts =
        new GateParts(
            settings.limits(),
            tokens,
            new Identifier(tokens, settings.identity()),
            new Decider(
                policy.under(state.switches()),
                settings.resolve().nat64(),
                () -> tokens.tokens().isPresent()),
            new Dialer(settings, transport, this::ownAddresses, parentTls),
            interception,
            new Distrust(System::nanoTime),
            modelHosts(settings.gateways()),
            new GatewayDoor(settings.gateways()),
            allowance,
            new Journal(audit, metrics, Clock.systemUTC(), allowance),
            metrics,
            new OpenConnections(),
            new Origins.ByLoop(settings.limits().times().idle()),
            new Handshakes(connections, settings.limits().connectionsPerClient()),
            new OctetBudget(),
            new ClientHelloReader(settings.limits().clientHello()),
            "1.1 sallyport-" + Ulid.at(System.currentTimeMillis()));
    this.server =
        new ProxyServer(
            parts,
            new ConnectionLimits(connections, settings.limits().connectionsPerClient()),
            whose == Whose.ONE_CHILD);
    this.changes =
        new Changes(
            parts,
            origin,
            PolicyShelf.beside(settings.audit().file()),
            stateFile,
            state,
            loops.next());
    this.managed = managed;
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

  /// Starts a gate. When it returns, every listener is open and the start is on file.
  ///
  /// @throws PolicyRejectedException with every problem of the policy; nothing is started then
  /// @throws CannotStartException with one sentence; what was opened is closed again
  public static Gate start(Settings settings, PolicyOrigin origin, Whose whose)
      throws PolicyRejectedException, CannotStartException {
    return start(settings, origin, origin.load(), whose, Optional.empty());
  }

  /// The same with the policy loaded already.
  ///
  /// @param policy what `origin` gave
  /// @param managed what the organisation says of gates of this machine
  public static Gate start(
      Settings settings, PolicyOrigin origin, Policy policy, Whose whose, Optional<Managed> managed)
      throws CannotStartException {
    Transport transport = transport();
    TokenStore tokens = tokens(settings);
    StateFile stateFile = StateFile.beside(settings.control());
    GateState state = state(stateFile);
    Interception interception = interception(settings, policy);
    Optional<ParentTls> parentTls = parentTls(settings);
    FileAuditLog audit = audit(settings);
    Gate gate =
        new Gate(
            settings,
            origin,
            whose,
            policy,
            managed,
            tokens,
            stateFile,
            state,
            interception,
            parentTls,
            audit,
            transport);
    try {
      gate.open(policy);
      return gate;
    } catch (CannotStartException failed) {
      gate.release();
      throw failed;
    }
  }

  private static Transport transport() throws CannotStartException {
    try {
      return Transport.best();
    } catch (IllegalArgumentException wrong) {
      throw new CannotStartException(String.valueOf(wrong.getMessage()), wrong);
    }
  }

  private static TokenStore tokens(Settings settings) throws CannotStartException {
    Optional<Path> file = settings.identity().tokens();
    if (file.isEmpty()) {
      return TokenStore.none();
    }
    try {
      return TokenStore.open(file.get());
    } catch (UnreadableTokensException unreadable) {
      throw new CannotStartException(message(unreadable), unreadable);
    }
  }

  private static GateState state(StateFile file) throws CannotStartException {
    try {
      return file.load();
    } catch (UnreadableStateException unreadable) {
      throw new CannotStartException(message(unreadable), unreadable);
    }
  }

  private static Interception interception(Settings settings, Policy policy)
      throws CannotStartException {
    Interception interception =
        new Interception(settings.intercept(), settings.upstream(), Clock.systemUTC());
    try {
      interception.prepare(policy);
      if (!settings.gateways().bases().isEmpty()) {
        interception.prepareOrigins();
      }
      return interception;
    } catch (CannotInterceptException failed) {
      throw new CannotStartException(message(failed), failed);
    }
  }

  private static Optional<ParentTls> parentTls(Settings settings) throws CannotStartException {
    try {
      return ParentTrust.of(settings.upstream(), Clock.systemUTC());
    } catch (CannotInterceptException failed) {
      throw new CannotStartException(message(failed), failed);
    }
  }

  private static FileAuditLog audit(Settings settings) throws CannotStartException {
    try {
      return FileAuditLog.open(settings.audit(), Clock.systemUTC());
    } catch (AuditOpenException failed) {
      throw new CannotStartException(message(failed), failed);
    }
  }

  private void open(Policy policy) throws CannotStartException {
    for (Listen where : settings.listen()) {
      server.listen(where, secured(where), transport, loops);
    }
    if (settings.dns().isPresent()) {
      names = open(settings.dns().get());
    }
    try {
      if (settings.admin().isPresent()) {
        admin =
            AdminServer.start(
                settings.admin().get(),
                new AdminPages(this::readiness, parts.metrics()::scrape, () -> auditHead().json()),
                transport);
      }
      if (settings.control().isPresent()) {
        control = ControlSocket.open(settings.control().get(), commands());
      }
    } catch (CannotListenException failed) {
      throw new CannotStartException(message(failed), failed);
    }
    Map<String, Object> start = new LinkedHashMap<>();
    start.put("sallyport.version", Version.TEXT);
    start.put("sallyport.listeners", addresses().stream().map(Gate::text).toList());
    managed.ifPresent(file -> start.putAll(file.facts()));
    List<String> kills =
        policy().switches().kills().stream().map(kill -> kill.target().toString()).toList();
    if (!kills.isEmpty()) {
      start.put("sallyport.kills", kills);
    }
    record(AuditEvent.Kind.START, start);
    changes.loaded(policy, 0);
    changes.start();
    parts.metrics().observe(new GateFacts(parts));
    afterPeak = AfterPeak.watch(server::open);
  }

  private Optional<ListenerTls> secured(Listen where) throws CannotStartException {
    if (where.tls().isEmpty()) {
      return Optional.empty();
    }
    try {
      ListenerTls tls = ListenerTls.open(where.name(), where.tls().get());
      parts.metrics().certificate(where.name(), tls::expires);
      secured.add(tls);
      return Optional.of(tls);
    } catch (CannotSecureException failed) {
      throw new CannotStartException(failed.sentence(), failed);
    }
  }

  /// Reads the certificates of the listeners again. What is wrong keeps the old ones; it is in the
  /// log, and what is returned says it.
  public List<String> reloadCertificates() {
    List<String> kept = new ArrayList<>();
    for (ListenerTls tls : secured) {
      try {
        tls.reload();
      } catch (CannotSecureException failed) {
        LOG.warn("the certificate is not replaced, the old one stays: {}", failed.sentence());
        kept.add(failed.sentence());
      }
    }
    return kept;
  }

  private DnsStub open(Settings.Dns dns) throws CannotStartException {
    InetSocketAddress where = new InetSocketAddress(dns.address(), dns.port());
    try {
      return DnsStub.open(where, dns.answers(), transport, loops, parts.metrics()::dnsQuery);
    } catch (IOException failed) {
      throw new CannotStartException(
          "`dns` cannot listen on " + text(where) + ": " + message(failed), failed);
    }
  }

  /// Takes sockets that listen already, as within a namespace that this process is not in. They are
  /// of the native transport; what they are bound to is not this machine's, and so is none of the
  /// gate's own addresses.
  ///
  /// @param listeners by their descriptors
  /// @param answers what every name stands for
  public void adopt(
      Map<Integer, Listen> listeners, int datagrams, int streams, List<InetAddress> answers)
      throws CannotStartException {
    if (transport != Transport.EPOLL) {
      throw new CannotStartException(
          "sockets can be taken over by the native transport of Linux alone, and this is "
              + transport.code());
    }
    try {
      for (Map.Entry<Integer, Listen> one : listeners.entrySet()) {
        server.adopt(one.getValue(), one.getKey(), loops);
      }
      names = DnsStub.over(datagrams, streams, answers, loops, parts.metrics()::dnsQuery);
    } catch (IOException failed) {
      throw new CannotStartException("sockets cannot be taken over: " + message(failed), failed);
    }
  }

  /// Where names are answered.
  public Optional<InetSocketAddress> dnsAddress() {
    return Optional.ofNullable(names).map(DnsStub::address);
  }

  private Map<String, ControlCommand> commands() {
    SwitchCommands switches =
        new SwitchCommands(changes, managed.flatMap(Managed::longestBreakGlass));
    return new GateCommands(this, changes).all(switches);
  }

  private void record(AuditEvent.Kind kind, Map<String, Object> details)
      throws CannotStartException {
    var written = parts.journal().administrative(kind, details, loops.next());
    boolean done = written.awaitUninterruptibly(START_EVENT_TIME.toMillis());
    if (!done || !written.isSuccess()) {
      throw new CannotStartException(
          "the audit log `" + settings.audit().file() + "` cannot be written; is the disk full?");
    }
  }

  /// The addresses that clients connect to, in the order of the settings' listeners.
  public List<InetSocketAddress> addresses() {
    return server.addresses();
  }

  /// The address of health and metrics.
  public Optional<InetSocketAddress> adminAddress() {
    return Optional.ofNullable(admin).map(AdminServer::address);
  }

  /// The policy in force.
  public Policy policy() {
    return parts.decider().policy();
  }

  /// The certificate that clients of intercepted hosts have to trust, in PEM; empty while no policy
  /// needed one.
  public Optional<String> authorityRoot() {
    return parts.interception().rootPem();
  }

  /// What the gate counts.
  public GateMetrics metrics() {
    return parts.metrics();
  }

  /// What a reload did.
  ///
  /// @param ended how many open connections the new policy ended
  public record Reloaded(Policy policy, int ended) {}

  /// Loads the policy again, runs its tests, puts it in force and judges what is open again. When
  /// anything is wrong, or a required model host would be lost, the old policy stays. One at a
  /// time.
  ///
  /// @throws PolicyRejectedException with every problem
  public Reloaded reload() throws PolicyRejectedException {
    return changes.reload(Changes.Force.NO);
  }

  /// Reads the token file again; when it is wrong, the old tokens stay. What was opened with a
  /// token that is no more ends.
  public TokenStore.Reload reloadTokens() {
    return changes.reloadTokens();
  }

  /// The time that events carry.
  Instant now() {
    return parts.journal().now();
  }

  /// What changes it.
  Changes changes() {
    return changes;
  }

  private void note(AuditEvent.Kind kind, Map<String, Object> details) {
    var _ = parts.journal().administrative(kind, details, loops.next());
  }

  /// Whether the gate takes work now.
  public Readiness readiness() {
    Readiness readiness = Readiness.ready();
    if (!parts.journal().isAvailable()) {
      readiness = readiness.but(Readiness.Obstacle.AUDIT_UNAVAILABLE);
    }
    return stopping.get() ? readiness.but(Readiness.Obstacle.DRAINING) : readiness;
  }

  /// The last event of the record.
  public Anchor auditHead() {
    return audit.anchor();
  }

  /// What is open now.
  public int openConnections() {
    return server.open();
  }

  /// Octets that wait in the gate for a side that does not take them.
  long heldOctets() {
    return parts.budget().held();
  }

  /// What is being set up now.
  int handshakes() {
    return parts.handshakes().inFlight();
  }

  /// Stops gracefully: takes no new connections, lets open ones end for the drain time, ends the
  /// rest, writes the last event. Further calls wait for nothing and do nothing.
  public void stop() {
    if (!stopping.compareAndSet(false, true)) {
      return;
    }
    changes.close();
    server.closeListeners();
    server.drain();
    server.awaitClosed(settings.limits().times().drain());
    parts.open().endAll(Reason.DRAINED);
    server.awaitClosed(LAST_WORDS);
    server.closeClients();
    parts.journal().tellRepeated(loops.next());
    note(AuditEvent.Kind.STOP, Map.of());
    release();
  }

  private void release() {
    changes.close();
    if (afterPeak != null) {
      afterPeak.close();
    }
    server.closeListeners();
    server.closeClients();
    if (names != null) {
      names.close();
    }
    if (control != null) {
      control.close();
    }
    if (admin != null) {
      admin.stop();
    }
    parts.interception().close();
    audit.close();
    loops
        .shutdownGracefully(0, START_EVENT_TIME.toSeconds(), TimeUnit.SECONDS)
        .awaitUninterruptibly();
  }

  /// What the dialler must never reach: this gate itself.
  private List<InetSocketAddress> ownAddresses() {
    List<InetSocketAddress> own = new ArrayList<>(server.addresses());
    adminAddress().ifPresent(own::add);
    return own;
  }

  /// To whom it belongs.
  public Whose whose() {
    return whose;
  }

  private static String text(InetSocketAddress address) {
    return address.getAddress().getHostAddress() + ":" + address.getPort();
  }

  private static String message(Exception failed) {
    return Optional.ofNullable(failed.getMessage()).orElse("the gate could not start");
  }
}
