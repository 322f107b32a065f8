package dev.sallyport.proxy.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.proxy.stage.Accepted;
import dev.sallyport.proxy.stage.RequestFacts;
import dev.sallyport.rules.ClientIdentity;
import dev.sallyport.rules.ClientIdentity.Proof;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientSessionsTest {
  private static final ClientIdentity LAPTOP = token("laptop");
  private static final ClientIdentity CI = token("ci");
  private static final ClientIdentity NOBODY =
      ClientIdentity.anonymous(InetAddress.ofLiteral("198.51.100.9"), "main");

  private final AtomicLong nanos = new AtomicLong(-1);
  private final ClientSessions sessions = new ClientSessions(nanos::get);

  private static ClientIdentity token(String name) {
    return token(name, "198.51.100.9", Map.of());
  }

  private static ClientIdentity token(String name, String address, Map<String, String> claimed) {
    return new ClientIdentity(
        new Proof.Token(name, "f"), InetAddress.ofLiteral(address), "main", Map.of(), claimed);
  }

  private static Subject on(String connection, ClientIdentity client, String... named) {
    return on(connection, client, false, named);
  }

  private static Subject on(
      String connection, ClientIdentity client, boolean ownListener, String... named) {
    var correlation =
        new RequestFacts.Correlation(
            Optional.of(named).filter(some -> some.length > 0).map(some -> some[0]),
            Optional.empty(),
            Optional.empty());
    return new Subject(
        new Accepted(
            connection,
            new InetSocketAddress(client.address(), 40_000),
            "main",
            ownListener,
            Samples.AT),
        Optional.of(Samples.REQUEST),
        Optional.of(client),
        Optional.empty(),
        Optional.empty(),
        Optional.of(new RequestFacts("GET", "/", -1, Optional.empty(), correlation, false)),
        Optional.empty());
  }

  private InSession join(String connection, ClientIdentity client, String... named) {
    return sessions.join(on(connection, client, named)).session();
  }

  private String joined(String connection, ClientIdentity client, String... named) {
    return text(join(connection, client, named));
  }

  private static String text(InSession session) {
    return session.named().map(its -> its.id() + " " + its.how().code()).orElse("none");
  }

  private void later(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  @Test
  void aRequestIsJoinedByItselfThenByItsConnectionThenByItsSession() {
    assertEquals("none", joined("c1", LAPTOP));
    assertEquals("s-1 header", joined("c2", LAPTOP, "s-1"));
    assertEquals("s-1 connection", joined("c2", LAPTOP));
    assertEquals("s-1 session", joined("c1", LAPTOP));
    assertEquals("s-1 session", joined("c3", LAPTOP));
  }

  @Test
  void nothingIsJoinedAcrossIdentities() {
    assertEquals("s-1 header", joined("c1", LAPTOP, "s-1"));
    assertEquals("none", joined("c2", CI));
    assertEquals("none", joined("c1", CI));
    assertEquals("none", joined("c2", token("laptop", "198.51.100.10", Map.of())));
    assertEquals("none", joined("c2", token("laptop", "198.51.100.9", Map.of("run", "7"))));
    assertEquals("none", joined("c2", NOBODY));
    assertEquals("s-1 connection", joined("c1", LAPTOP));
  }

  @Test
  void whoProvedNothingIsJoinedByTheConnectionAlone() {
    assertEquals("s-1 header", joined("c1", NOBODY, "s-1"));
    assertEquals("s-1 connection", joined("c1", NOBODY));
    assertEquals("none", joined("c2", NOBODY));
    assertEquals(Optional.empty(), join("c1", NOBODY).own());
  }

  @Test
  void aNameCountsForTheSessionAsLongAsItIsRecent() {
    joined("c1", LAPTOP, "s-1");
    later(ClientSessions.NAMED_FOR);
    assertEquals("s-1 session", joined("c2", LAPTOP));
    later(Duration.ofNanos(1));
    assertEquals("none", joined("c2", LAPTOP));
    assertEquals("s-1 connection", joined("c1", LAPTOP));
    joined("c3", LAPTOP, "s-1");
    assertEquals("s-1 session", joined("c2", LAPTOP));
  }

  @Test
  void twoNamesAreADoubtUntilOneIsOld() {
    joined("c1", LAPTOP, "s-1");
    later(Duration.ofMinutes(1));
    joined("c2", LAPTOP, "s-2");
    assertEquals("none", joined("c3", LAPTOP));
    assertEquals("s-1 connection", joined("c1", LAPTOP));
    assertEquals("s-2 connection", joined("c2", LAPTOP));
    later(ClientSessions.NAMED_FOR.minusMinutes(1));
    joined("c2", LAPTOP, "s-2");
    assertEquals("none", joined("c3", LAPTOP));
    later(Duration.ofNanos(1));
    assertEquals("s-2 session", joined("c3", LAPTOP));
    joined("c1", LAPTOP, "s-1");
    assertEquals("none", joined("c3", LAPTOP));
  }

  @Test
  void aConnectionOnWhichTwoAreNamedJoinsNone() {
    joined("c1", LAPTOP, "s-1");
    joined("c1", LAPTOP, "s-2");
    later(ClientSessions.NAMED_FOR.plusNanos(1));
    joined("c2", LAPTOP, "s-2");
    assertEquals("none", joined("c1", LAPTOP));
    joined("c3", NOBODY, "s-1");
    joined("c3", CI, "s-1");
    assertEquals("none", joined("c3", NOBODY));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a\tb", "ü", "<s>", "a,b", "\"", "a\u0000"})
  void whatIsIllFormedNamesNobodyElse(String name) {
    assertEquals(name + " header", joined("c1", LAPTOP, name));
    assertEquals("none", joined("c1", LAPTOP));
    assertEquals("none", joined("c2", LAPTOP));
  }

  @Test
  void aNameIsAsLongAsItMayBe() {
    joined("c1", LAPTOP, "a".repeat(129));
    assertEquals("none", joined("c1", LAPTOP));
    joined("c1", LAPTOP, "a".repeat(128));
    assertEquals("a".repeat(128) + " connection", joined("c1", LAPTOP));
  }

  @Test
  void theEndOfARequestSaysWhatItsBeginningSaidOrBetter() {
    Subject begun = sessions.join(on("c1", LAPTOP));
    joined("c2", LAPTOP, "s-1");
    assertEquals("s-1 session", text(sessions.join(begun).session()));
    Subject weak = sessions.join(on("c3", LAPTOP));
    assertEquals("s-1 session", text(weak.session()));
    joined("c3", LAPTOP, "s-2");
    assertEquals("s-2 connection", text(sessions.join(weak).session()));
    Subject named = sessions.join(on("c4", LAPTOP, "s-3"));
    later(ClientSessions.NAMED_FOR.multipliedBy(2));
    assertEquals("s-3 header", text(sessions.join(named).session()));
    later(ClientSessions.IDLE);
    later(Duration.ofNanos(1));
    assertEquals(named.session().own(), sessions.join(named).session().own());
  }

  @Test
  void aSessionOfTheGatesOwnEndsWhenNothingComes() {
    Optional<String> first = join("c1", LAPTOP).own();
    assertTrue(first.isPresent());
    assertNotEquals(first, join("c2", CI).own());
    later(ClientSessions.IDLE);
    assertEquals(first, join("c3", LAPTOP).own());
    joined("c3", LAPTOP, "s-1");
    later(ClientSessions.IDLE.plusNanos(1));
    assertNotEquals(first, join("c4", LAPTOP).own());
    assertEquals("none", joined("c4", LAPTOP));
  }

  @Test
  void theClientOfARunIsOneWhateverItShows() {
    sessions.join(on("c1", LAPTOP, true, "s-1"));
    assertEquals("s-1 session", text(sessions.join(on("c2", NOBODY, true)).session()));
    Subject unread = Subject.of(on("c3", NOBODY, true).connection(), Samples.REQUEST);
    assertEquals("s-1 session", text(sessions.join(unread).session()));
    assertEquals("none", joined("c4", LAPTOP));
  }

  @Test
  void whoIsNotKnownIsJoinedWithNothing() {
    joined("c1", LAPTOP, "s-1");
    Subject unread = Subject.of(on("c1", LAPTOP).connection(), Samples.REQUEST);
    assertEquals(InSession.NONE, sessions.join(unread).session());
  }

  @Test
  void whatIsRememberedIsBounded() {
    int more = ClientSessions.MAX_CONNECTIONS + 1;
    for (int i = 0; i < more; i++) {
      joined("c" + i, token("t" + i), "s-" + i);
    }
    assertEquals(ClientSessions.MAX_CONNECTIONS + ClientSessions.MAX_SESSIONS, sessions.size());
    assertEquals("none", joined("c0", token("t0")));
    assertEquals("s-2 connection", joined("c2", token("t2")));
    assertEquals("s-2 session", joined("d2", token("t2")));
  }
}
