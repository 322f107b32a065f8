package dev.sallyport.proxy;

import dev.sallyport.proxy.admin.AdminPages;
import dev.sallyport.proxy.admin.ControlCommand;
import dev.sallyport.proxy.admin.Readiness;
import dev.sallyport.proxy.audit.Anchor;
import dev.sallyport.proxy.audit.AuditEvent;
import dev.sallyport.proxy.audit.FileAuditLog;
import dev.sallyport.proxy.audit.PolicyShelf;
import dev.sallyport.proxy.config.Listen;
import dev.sallyport.proxy.config.Managed;
import dev.sallyport.proxy.config.Settings;
import dev.sallyport.proxy.identify.TokenStore;
import dev.sallyport.proxy.metrics.GateMetrics;
import dev.sallyport.rules.Policy;
import dev.sallyport.rules.Reason;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/// A running gate: starts the parts in order, reloads the policy, stops gracefully. [#start],
/// [#reload] and [#stop] block and are not for event loops.
public final class Gate {
  /// How long a start waits until its first events are on file.
  private static final Duration START_EVENT_TIME = Duration.ofSeconds(5);

  /// How long connections that were told to end may take to do so.
  private static final Duration LAST_WORDS = Duration.ofSeconds(2);

  private final Settings settings;
  private final FileAuditLog audit;
  private final EventLoopGroup loops;
  private final GateParts parts;
  private final GateDoors doors;
  private final Changes changes;
  private final Whose whose;
  private final Optional<Managed> managed;
  private final CertificateWatch certificates;
  private final AtomicBoolean stopping = new AtomicBoolean();

  /// To whom a gate belongs.
  public enum Whose {
    /// To whoever can reach its listeners.
    SHARED,
    /// To the one child of `sallyport run`, which needs no credentials.
    ONE_CHILD
  }

  private Gate(
      GateStores stores,
      PolicyOrigin origin,
      Whose whose,
      Policy policy,
      Optional<Managed> managed) {
    this.settings = stores.settings();
    this.whose = whose;
    this.managed = managed;
    this.audit = stores.audit();
    if (whose == Whose.ONE_CHILD) {
      audit.isOneSession();
    }
    this.loops = new MultiThreadIoEventLoopGroup(stores.transport().ioHandlers());
    this.parts = stores.parts(policy, this::ownAddresses);
    this.doors = new GateDoors(parts, stores.transport(), loops, stores.connections(), whose);
    this.changes =
        new Changes(
            parts,
            origin,
            PolicyShelf.beside(settings.audit().file()),
            stores.stateFile(),
            stores.state(),
            loops.next());
    this.certificates =
        CertificateWatch.logging(parts.interception(), doors.secured(), Clock.systemUTC());
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
    Gate gate = new Gate(GateStores.open(settings, policy), origin, whose, policy, managed);
    try {
      gate.open(policy);
      return gate;
    } catch (CannotStartException failed) {
      gate.release();
      throw failed;
    }
  }

  private void open(Policy policy) throws CannotStartException {
    AdminPages pages =
        new AdminPages(this::readiness, parts.metrics()::scrape, () -> auditHead().json());
    doors.open(settings, pages, commands());
    record(AuditEvent.Kind.START, facts());
    changes.loaded(policy, 0);
    changes.start();
    certificates.start();
    parts.metrics().observe(new GateFacts(parts));
  }

  private Map<String, Object> facts() {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("sallyport.version", Version.TEXT);
    facts.put("sallyport.listeners", addresses().stream().map(Gate::text).toList());
    managed.ifPresent(file -> facts.putAll(file.facts()));
    List<String> kills =
        policy().switches().kills().stream().map(kill -> kill.target().toString()).toList();
    if (!kills.isEmpty()) {
      facts.put("sallyport.kills", kills);
    }
    return facts;
  }

  /// Reads the certificates of the listeners again. What is wrong keeps the old ones; it is in the
  /// log, and what is returned says it.
  public List<String> reloadCertificates() {
    return doors.reloadCertificates();
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
    doors.adopt(listeners, datagrams, streams, answers);
  }

  /// Where names are answered.
  public Optional<InetSocketAddress> dnsAddress() {
    return doors.dnsAddress();
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
    return doors.addresses();
  }

  /// The address of health and metrics.
  public Optional<InetSocketAddress> adminAddress() {
    return doors.adminAddress();
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

  /// When each certificate of this gate ends, by the name that metrics have for it.
  Map<String, Instant> certificateEnds() {
    Map<String, Instant> ends = new LinkedHashMap<>(new GateFacts(parts).certificateEnds());
    doors
        .secured()
        .forEach(tls -> ends.put(GateMetrics.certificateName(tls.listener()), tls.expires()));
    return ends;
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
    return doors.connections();
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
    doors.drain(settings.limits().times().drain());
    parts.open().endAll(Reason.DRAINED);
    doors.end(LAST_WORDS);
    parts.journal().tellRepeated(loops.next());
    note(AuditEvent.Kind.STOP, Map.of());
    release();
  }

  private void release() {
    changes.close();
    certificates.close();
    doors.close();
    parts.interception().close();
    audit.close();
    loops
        .shutdownGracefully(0, START_EVENT_TIME.toSeconds(), TimeUnit.SECONDS)
        .awaitUninterruptibly();
  }

  private List<InetSocketAddress> ownAddresses() {
    return doors.own();
  }

  /// To whom it belongs.
  public Whose whose() {
    return whose;
  }

  /// As settings and events write it.
  static String text(InetSocketAddress address) {
    return address.getAddress().getHostAddress() + ":" + address.getPort();
  }
}
