package dev.sallyport.proxy.audit;

import dev.sallyport.proxy.audit.InSession.Joined;
import dev.sallyport.proxy.audit.InSession.Named;
import dev.sallyport.proxy.stage.RequestFacts;
import dev.sallyport.proxy.stage.Ulid;
import dev.sallyport.rules.ClientIdentity;
import dev.sallyport.rules.ClientIdentity.Proof;
import java.net.InetAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;

/// Which sessions an event belongs to: the gate's own, and the one that its client names.
///
/// A session of the gate's own is what one proof is used for, from one address and under the same
/// claims, until nothing comes of it for [#IDLE]. The client of a `sallyport run` has one, whatever
/// it shows. An event without a name for its client's session gets that of its connection, or else
/// the only one that was named in its session within [#NAMED_FOR]; where two were named it gets
/// none. Who proved nothing is joined by its connection alone.
///
/// Safe on any thread; a lock is held for a few instructions.
final class ClientSessions {
  /// How long a name counts for the rest of a session. As long as Claude Code lets one command run,
  /// in which it asks no model.
  static final Duration NAMED_FOR = Duration.ofMinutes(10);

  /// How long a session of the gate's own goes on without an event.
  static final Duration IDLE = Duration.ofMinutes(30);

  /// Sessions that are remembered; the ones used least recently are forgotten.
  static final int MAX_SESSIONS = 16_384;

  /// Connections on which a session was named that are remembered, likewise.
  static final int MAX_CONNECTIONS = 16_384;

  /// What can name a session for others: anything else stays with its own event.
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._:-]{1,128}");

  private final LongSupplier nanoTime;
  private final Map<String, OnConnection> connections = new Remembered<>(MAX_CONNECTIONS);
  private final Map<Party, OwnSession> sessions = new Remembered<>(MAX_SESSIONS);

  /// @param nanoTime monotonic, as [System#nanoTime]
  ClientSessions(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /// The same subject with its sessions. What it says of itself stays; what was joined with less
  /// certainty is made better where that can be done now.
  Subject join(Subject subject) {
    Optional<Party> party = Party.of(subject);
    Optional<String> told =
        subject.facts().map(RequestFacts::correlation).flatMap(RequestFacts.Correlation::session);
    InSession known = subject.session();
    if (party.isEmpty()) {
      return told.isEmpty() ? subject : subject.in(new InSession(known.own(), byHeader(told)));
    }
    synchronized (this) {
      Optional<OwnSession> own = own(party.get());
      told.filter(name -> NAME.matcher(name).matches())
          .ifPresent(name -> take(subject, party.get(), own, name));
      Optional<Named> named =
          told.isPresent() ? byHeader(told) : joined(subject, party.get(), own, known.named());
      return subject.in(new InSession(known.own().or(() -> own.map(its -> its.id)), named));
    }
  }

  private static Optional<Named> byHeader(Optional<String> told) {
    return told.map(name -> new Named(name, Joined.HEADER));
  }

  private void take(Subject subject, Party party, Optional<OwnSession> own, String name) {
    connections
        .computeIfAbsent(subject.connection().connectionId(), id -> new OnConnection(party, name))
        .name(party, name);
    own.ifPresent(its -> its.name(name, nanoTime.getAsLong()));
  }

  private Optional<Named> joined(
      Subject subject, Party party, Optional<OwnSession> own, Optional<Named> before) {
    OnConnection here = connections.get(subject.connection().connectionId());
    if (here != null && here.party.equals(party)) {
      return here.doubted ? before : Optional.of(new Named(here.name, Joined.CONNECTION));
    }
    return before.or(
        () ->
            own.flatMap(its -> its.only(nanoTime.getAsLong()))
                .map(name -> new Named(name, Joined.SESSION)));
  }

  private Optional<OwnSession> own(Party party) {
    if (party.proof instanceof Proof.Nothing) {
      return Optional.empty();
    }
    long now = nanoTime.getAsLong();
    OwnSession session = sessions.get(party);
    if (session == null || now - session.lastEvent > IDLE.toNanos()) {
      session = new OwnSession();
      sessions.put(party, session);
    }
    session.lastEvent = now;
    return Optional.of(session);
  }

  /// How many connections and sessions are remembered.
  synchronized int size() {
    return connections.size() + sessions.size();
  }

  /// Whose names count for each other. What an address alone tells is no session.
  ///
  /// @param claimed what a client says beside its proof can only divide what it proved
  private record Party(Proof proof, InetAddress address, Map<String, String> claimed) {
    private static final Party ONE_CHILD =
        new Party(new Proof.OwnListener(), InetAddress.ofLiteral("127.0.0.1"), Map.of());

    static Optional<Party> of(Subject subject) {
      return subject.connection().ownListener()
          ? Optional.of(ONE_CHILD)
          : subject.client().map(Party::of);
    }

    private static Party of(ClientIdentity client) {
      return new Party(client.proof(), client.address(), client.claimed());
    }
  }

  /// What was named on one connection.
  private static final class OnConnection {
    final Party party;
    final String name;
    boolean doubted;

    OnConnection(Party party, String name) {
      this.party = party;
      this.name = name;
    }

    void name(Party by, String another) {
      doubted |= !by.equals(party) || !another.equals(name);
    }
  }

  /// A session of the gate's own, with the name that came last and when, and when the last one came
  /// that was another.
  private static final class OwnSession {
    final String id = Ulid.at(System.currentTimeMillis());
    long lastEvent;
    private Optional<String> name = Optional.empty();
    private long namedAt;
    private Optional<Long> otherAt = Optional.empty();

    void name(String told, long now) {
      if (name.isPresent() && !name.get().equals(told)) {
        otherAt = Optional.of(namedAt);
      }
      name = Optional.of(told);
      namedAt = now;
    }

    Optional<String> only(long now) {
      boolean doubted = otherAt.isPresent() && isRecent(otherAt.get(), now);
      return doubted || !isRecent(namedAt, now) ? Optional.empty() : name;
    }

    private static boolean isRecent(long at, long now) {
      return now - at <= NAMED_FOR.toNanos();
    }
  }

  /// Forgets what was used least recently.
  private static final class Remembered<K, V> extends LinkedHashMap<K, V> {
    private static final long serialVersionUID = 1L;
    private final int limit;

    Remembered(int limit) {
      super(16, 0.75f, true);
      this.limit = limit;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
      return size() > limit;
    }
  }
}
