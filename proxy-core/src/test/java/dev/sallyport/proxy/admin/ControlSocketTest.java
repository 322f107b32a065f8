package dev.sallyport.proxy.admin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ControlSocketTest {
  private static final Duration SHORT = Duration.ofMillis(200);
  private static final String STATUS = "{\"command\":\"status\"}";

  /// Not JUnit's own, whose paths may be too long for a socket.
  private Path folder;

  private Path path;
  private final AtomicInteger reloads = new AtomicInteger();
  private final List<AutoCloseable> opened = new ArrayList<>();

  @BeforeEach
  void makeFolder() throws IOException {
    folder = Files.createTempDirectory("sp");
    path = folder.resolve("s.sock");
  }

  @AfterEach
  void clean() throws Exception {
    for (AutoCloseable each : opened.reversed()) {
      each.close();
    }
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  @Test
  void commandsAreRunAndAnswered() throws Exception {
    open();
    assertEquals(
        new ControlReply.Done(Map.of("reloads", 1L)),
        ControlClient.ask(path, ControlRequest.of("reload")));
    assertEquals(
        new ControlReply.Done(Map.of("reloads", 2L)),
        ControlClient.ask(path, ControlRequest.of("reload")));
  }

  @Test
  void aConnectionCarriesSeveralRequestsEvenWhenTheyComeAtOnce() throws Exception {
    open();
    SocketChannel peer = connect();
    send(peer, STATUS + "\n" + STATUS + "\n{\"command\":\"rel");
    assertEquals("{\"ok\":true,\"facts\":{\"state\":\"fine\"}}", readLine(peer));
    assertEquals("{\"ok\":true,\"facts\":{\"state\":\"fine\"}}", readLine(peer));
    send(peer, "oad\"}\n");
    assertEquals("{\"ok\":true,\"facts\":{\"reloads\":1}}", readLine(peer));
  }

  @Test
  void anUnknownCommandIsToldWhatThereIs() throws Exception {
    open();
    assertEquals(
        ControlReply.Refused.because(
            "`relaod` is no command of this gate; it knows fail, reload, status"),
        ControlClient.ask(path, ControlRequest.of("relaod")));
  }

  @Test
  void aCommandThatFailsIsRefusedAndTheNextOneWorks() throws Exception {
    open();
    assertEquals(
        ControlReply.Refused.because("the command failed inside the gate; its log says why"),
        ControlClient.ask(path, ControlRequest.of("fail")));
    assertEquals(
        new ControlReply.Done(Map.of("state", "fine")),
        ControlClient.ask(path, ControlRequest.of("status")));
  }

  @Test
  void garbageIsAnsweredInWords() throws Exception {
    open();
    SocketChannel peer = connect();
    send(peer, "\u0000\u0001 what\n");
    assertEquals("{\"ok\":false,\"error\":\"the line is not JSON\"}", readLine(peer));
  }

  @Test
  void onlyTheOwnerMayConnect() throws Exception {
    open();
    assertEquals("rw-------", permissions(path));
  }

  @Test
  void aMissingFolderIsMadeForTheOwnerAlone() throws Exception {
    Path state = folder.resolve("state");
    path = state.resolve("s.sock");
    open();
    assertEquals("rwx------", permissions(state));
  }

  @Test
  void anotherUserIsTurnedAwayAndRootIsNot() {
    UserPrincipal owner = () -> "gate";
    assertTrue(ControlSocket.mayControl(owner, owner));
    assertTrue(ControlSocket.mayControl(() -> "root", owner));
    assertFalse(ControlSocket.mayControl(() -> "agent", owner));
  }

  @Test
  void theSocketOfADeadGateIsReplaced() throws Exception {
    try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      dead.bind(UnixDomainSocketAddress.of(path));
    }
    assertTrue(Files.exists(path));
    open();
    assertEquals(
        new ControlReply.Done(Map.of("state", "fine")),
        ControlClient.ask(path, ControlRequest.of("status")));
  }

  @Test
  void theSocketOfALiveGateStays() throws Exception {
    open();
    refusesToOpen(
        "another gate is listening on `" + path + "`; stop it or choose another with `control:`");
    ControlClient.ask(path, ControlRequest.of("status"));
  }

  @Test
  void aGateTooBusyToAcceptIsLive() throws Exception {
    ServerSocketChannel busy = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    opened.add(busy);
    busy.bind(UnixDomainSocketAddress.of(path), 1);
    connect();
    connect();
    refusesToOpen("another gate is listening on `" + path + "`");
    assertTrue(Files.exists(path));
    assertThrows(
        ControlException.class, () -> ControlClient.ask(path, ControlRequest.of("status")));
  }

  @Test
  void aFileThatIsNoSocketStays() throws Exception {
    Files.writeString(path, "precious");
    refusesToOpen(
        "cannot listen on `" + path + "` for control: there is a file and it is no socket");
    assertEquals("precious", Files.readString(path));
  }

  @Test
  void aLinkIsNotFollowed() throws Exception {
    Path elsewhere = folder.resolve("elsewhere");
    Files.createSymbolicLink(path, elsewhere);
    refusesToOpen(
        "cannot listen on `" + path + "` for control: there is a file and it is no socket");
    assertFalse(Files.exists(elsewhere, LinkOption.NOFOLLOW_LINKS));
  }

  @Test
  void aFolderThatIsAFileIsOneSentence() throws Exception {
    Files.writeString(folder.resolve("file"), "");
    path = folder.resolve("file").resolve("s.sock");
    refusesToOpen("cannot listen on `" + path + "` for control: not a directory");
  }

  @Test
  void pathsAreBounded() throws Exception {
    path = pathOf(ControlPath.MAX_OCTETS);
    open();
    ControlClient.ask(path, ControlRequest.of("status"));
    path = pathOf(ControlPath.MAX_OCTETS + 1);
    refusesToOpen(
        "cannot listen on `"
            + path
            + "` for control: the path has 107 octets and a Unix socket's may have 106; choose a"
            + " shorter one with `control:`");
  }

  @Test
  void requestsAreBounded() throws Exception {
    open();
    SocketChannel peer = connect();
    send(peer, padded(ControlConnection.MAX_REQUEST));
    assertEquals("{\"ok\":true,\"facts\":{\"state\":\"fine\"}}", readLine(peer));
    SocketChannel tooLong = connect();
    send(tooLong, padded(ControlConnection.MAX_REQUEST + 1));
    assertEquals("{\"ok\":false,\"error\":\"a line may have 65536 octets\"}", readLine(tooLong));
    assertEquals("", readLine(tooLong));
  }

  @Test
  void aSlowClientIsCutOff() throws Exception {
    open(SHORT);
    SocketChannel silent = connect();
    SocketChannel slow = connect();
    send(slow, "{\"command\"");
    assertEquals("", readLine(silent));
    assertEquals("", readLine(slow));
    ControlClient.ask(path, ControlRequest.of("status"));
  }

  @Test
  void aClientThatDoesNotReadIsCutOff() throws Exception {
    CountDownLatch served = new CountDownLatch(1);
    var connection =
        new ControlConnection(
            Map.of("flood", request -> ControlReply.Refused.because("x".repeat(1 << 20))), SHORT);
    try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listener.bind(UnixDomainSocketAddress.of(path));
      SocketChannel peer = connect();
      send(peer, "{\"command\":\"flood\"}\n");
      SocketChannel accepted = listener.accept();
      Thread.ofVirtual()
          .start(
              () -> {
                connection.serve(accepted, "tester");
                served.countDown();
              });
      assertTrue(served.await(20, TimeUnit.SECONDS));
      assertFalse(accepted.isOpen());
    }
  }

  @Test
  void oneConnectionTooManyIsClosedAndThePlaceComesBack() throws Exception {
    open();
    List<SocketChannel> peers = new ArrayList<>();
    for (int i = 0; i < ControlSocket.MAX_CONNECTIONS; i++) {
      SocketChannel peer = connect();
      peers.add(peer);
      send(peer, STATUS + "\n");
      assertFalse(readLine(peer).isEmpty());
    }
    assertEquals("", readLine(connect()));
    ControlException busy =
        assertThrows(
            ControlException.class, () -> ControlClient.ask(path, ControlRequest.of("status")));
    assertTrue(
        String.valueOf(busy.getMessage()).startsWith("the gate at `" + path + "` cannot be asked"),
        busy.getMessage());
    peers.getFirst().close();
    assertTrue(becomesFree());
  }

  @Test
  void closingRemovesTheSocket() throws Exception {
    ControlSocket socket = open();
    assertEquals(path, socket.path());
    socket.close();
    assertFalse(Files.exists(path));
    assertThrows(
        ControlException.class, () -> ControlClient.ask(path, ControlRequest.of("status")));
    socket.close();
  }

  @Test
  void closingLeavesWhatAnotherGateHasPutThere() throws Exception {
    ControlSocket first = open();
    Files.delete(path);
    open();
    first.close();
    ControlClient.ask(path, ControlRequest.of("status"));
  }

  private ControlSocket open() throws CannotListenException {
    return open(ControlConnection.LINE_TIME);
  }

  private ControlSocket open(Duration lineTime) throws CannotListenException {
    Map<String, ControlCommand> commands =
        Map.of(
            "reload",
            request -> new ControlReply.Done(Map.of("reloads", reloads.incrementAndGet())),
            "status",
            request -> new ControlReply.Done(Map.of("state", "fine")),
            "fail",
            request -> {
              throw new IllegalStateException("expected by a test");
            });
    ControlSocket socket = ControlSocket.open(path, commands, lineTime);
    opened.add(socket);
    return socket;
  }

  private void refusesToOpen(String start) {
    CannotListenException refused = assertThrows(CannotListenException.class, this::open);
    assertTrue(String.valueOf(refused.getMessage()).startsWith(start), refused.getMessage());
  }

  private SocketChannel connect() throws IOException {
    SocketChannel peer = SocketChannel.open(UnixDomainSocketAddress.of(path));
    opened.add(peer);
    return peer;
  }

  /// Each try waits for the gate's answer, so this is no busy loop.
  private boolean becomesFree() {
    for (int i = 0; i < 1000; i++) {
      try {
        ControlClient.ask(path, ControlRequest.of("status"));
        return true;
      } catch (ControlException stillFull) {
        Thread.onSpinWait();
      }
    }
    return false;
  }

  private Path pathOf(int octets) {
    return folder.resolve("x".repeat(octets - folder.toString().length() - 1));
  }

  private static String padded(int octets) {
    String start = "{\"command\":\"status\",\"pad\":\"";
    String end = "\"}\n";
    return start + "x".repeat(octets - start.length() - end.length()) + end;
  }

  private static String permissions(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  private static void send(SocketChannel peer, String text) throws IOException {
    ByteBuffer octets = UTF_8.encode(text);
    while (octets.hasRemaining()) {
      peer.write(octets);
    }
  }

  /// The next line; empty when the peer is gone. JUnit's time limit bounds it.
  private static String readLine(SocketChannel peer) {
    StringBuilder line = new StringBuilder();
    ByteBuffer octet = ByteBuffer.allocate(1);
    try {
      while (peer.read(octet) > 0 && octet.get(0) != '\n') {
        line.append((char) octet.get(0));
        octet.clear();
      }
    } catch (IOException reset) {
      return line.toString();
    }
    return line.toString();
  }
}
