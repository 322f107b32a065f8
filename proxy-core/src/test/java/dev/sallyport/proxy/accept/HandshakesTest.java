package dev.sallyport.proxy.accept;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.sallyport.proxy.metrics.ConnectionLimit;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HandshakesTest {
  private static final InetAddress A = InetAddress.ofLiteral("192.0.2.1");

  private static InetAddress client(int number) {
    return InetAddress.ofLiteral("2001:db8::" + Integer.toHexString(number));
  }

  @ParameterizedTest
  @CsvSource({"1, 64", "256, 64", "260, 65", "20000, 5000"})
  void aQuarterOfTheConnections(int connections, int expected) {
    Handshakes handshakes = new Handshakes(connections, 1_000_000);
    for (int i = 0; i < expected; i++) {
      assertInstanceOf(Handshakes.Begun.class, handshakes.begin(client(i)));
    }
    assertEquals(
        new Handshakes.Full(ConnectionLimit.HANDSHAKES), handshakes.begin(client(expected)));
    assertEquals(expected, handshakes.inFlight());
  }

  @ParameterizedTest
  @CsvSource({"1, 64", "128, 64", "130, 65", "1000, 500"})
  void halfOfTheConnectionsOfAClient(int perClient, int expected) {
    Handshakes handshakes = new Handshakes(1_000_000, perClient);
    for (int i = 0; i < expected; i++) {
      assertInstanceOf(Handshakes.Begun.class, handshakes.begin(A));
    }
    assertEquals(new Handshakes.Full(ConnectionLimit.HANDSHAKES_PER_CLIENT), handshakes.begin(A));
    assertInstanceOf(Handshakes.Begun.class, handshakes.begin(client(1)));
  }

  @Test
  void oneThatIsOverMakesRoomOnce() {
    Handshakes handshakes = new Handshakes(1, 1);
    Handshakes.Begun first = (Handshakes.Begun) handshakes.begin(A);
    handshakes.begin(A);
    first.end();
    first.end();
    assertEquals(1, handshakes.inFlight());
  }
}
