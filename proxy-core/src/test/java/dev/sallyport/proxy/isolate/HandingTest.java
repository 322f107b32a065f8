package dev.sallyport.proxy.isolate;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sallyport.proxy.kernel.Syscall;
import dev.sallyport.proxy.transport.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Both ends of the socket, in one process.
class HandingTest {
  private static final byte[] LOOPBACK = {127, 0, 0, 1};
  private static final Orders ORDERS = Orders.of(Path.of("/x"), List.of("x"), Map.of());

  @TempDir private Path folder = Path.of("");

  @BeforeEach
  void onLinux() {
    assumeTrue(Syscall.isKnownHere() && Transport.EPOLL.isAvailable());
  }

  private byte[] path() {
    return folder.resolve("s").toString().getBytes(ISO_8859_1);
  }

  @Test
  void socketsComeAndOrdersGo() throws Exception {
    long own = ProcessHandle.current().pid();
    try (Handing handing = Handing.open(folder.resolve("s"), 2, peer -> peer == own)) {
      int inside = Sockets.connected(path());
      int stream = Sockets.listening(LOOPBACK, 0);
      int datagrams = Sockets.datagrams(new byte[16], 0);
      Sockets.hand(inside, stream);
      Sockets.hand(inside, datagrams);
      List<Integer> come = handing.descriptors().get(10, TimeUnit.SECONDS);
      assertEquals(2, come.size());
      assertTrue(!come.contains(stream) && !come.contains(datagrams), come::toString);
      handing.order(ORDERS);
      int length = ByteBuffer.wrap(Sockets.read(inside, Integer.BYTES)).getInt();
      assertArrayEquals(ORDERS.octets(), Sockets.read(inside, length));
      come.forEach(Sockets::close);
      List.of(inside, stream, datagrams).forEach(Sockets::close);
    }
  }

  @Test
  void nobodyElseIsListenedTo() throws Exception {
    try (Handing handing = Handing.open(folder.resolve("s"), 1, peer -> false)) {
      int stranger = Sockets.connected(path());
      assertThrows(IOException.class, () -> Sockets.read(stranger, 1));
      assertEquals(false, handing.descriptors().isDone());
      Sockets.close(stranger);
    }
  }

  @Test
  void aProcessThatLeavesIsNoticed() throws Exception {
    try (Handing handing = Handing.open(folder.resolve("s"), 2, peer -> true)) {
      int inside = Sockets.connected(path());
      int other = Sockets.listening(LOOPBACK, 0);
      Sockets.hand(inside, other);
      List.of(inside, other).forEach(Sockets::close);
      var descriptors = handing.descriptors();
      assertThrows(ExecutionException.class, () -> descriptors.get(10, TimeUnit.SECONDS));
    }
  }

  @Test
  void whatTheKernelRefusesIsSaid() {
    Syscall.RefusedException none =
        assertThrows(Syscall.RefusedException.class, () -> Sockets.connected(path()));
    assertEquals(2, none.errno());
    assertThrows(IOException.class, () -> Handing.open(folder.resolve("no/s"), 1, peer -> true));
    assertThrows(IOException.class, () -> Sockets.listening(new byte[] {(byte) 192, 0, 2, 1}, 0));
  }
}
