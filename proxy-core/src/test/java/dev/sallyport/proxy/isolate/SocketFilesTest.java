package dev.sallyport.proxy.isolate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sallyport.proxy.kernel.Syscall;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SocketFilesTest {
  @TempDir private Path folder = Path.of("");
  private final List<ServerSocketChannel> open = new ArrayList<>();

  @BeforeEach
  void onLinux() throws IOException {
    assumeTrue(Syscall.isKnownHere());
    folder = folder.toRealPath();
  }

  @AfterEach
  void close() throws IOException {
    for (ServerSocketChannel socket : open) {
      socket.close();
    }
  }

  private Path socket(String name) throws IOException {
    Path path = folder.resolve(name);
    Files.createDirectories(path.getParent());
    ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    socket.bind(UnixDomainSocketAddress.of(path));
    open.add(socket);
    return path;
  }

  @Test
  void findsThoseThatTheKernelLists() throws Exception {
    Path one = socket("with a blank/one");
    Path list =
        Files.writeString(
            folder.resolve("unix"),
            "Num       RefCount Protocol Flags    Type St Inode Path\n"
                + "0000000000000000: 00000002 00000000 00010000 0001 01  4242 "
                + one
                + "\n0000000000000000: 00000002 00000000 00010000 0001 01  4243 @abstract\n"
                + "0000000000000000: 00000002 00000000 00010000 0001 01  4244 /no/such/file\n"
                + "0000000000000000: 00000002 00000000 00000000 0001 01  4245\n"
                + "0000000000000000: 00000002 00000000 00010000 0001 01  4246 "
                + folder.resolve("unix")
                + "\n");
    assertEquals(List.of(one), List.copyOf(new SocketFiles(list, List.of()).find(Map.of())));
  }

  @Test
  void findsThoseThatLieInFoldersAndThoseThatVariablesName() throws Exception {
    Path deep = socket("run/a/b/c");
    Path agent = socket("agent");
    Path bus = socket("bus");
    Path engine = socket("engine");
    Files.writeString(folder.resolve("run/file"), "no socket");
    Path link = Files.createSymbolicLink(folder.resolve("run/link"), agent);
    SocketFiles files =
        new SocketFiles(folder.resolve("none"), List.of(folder.resolve("run"), Path.of("/none")));
    assertEquals(
        List.of(agent, bus, engine, deep),
        List.copyOf(
            files.find(
                Map.of(
                    "SSH_AUTH_SOCK",
                    link.toString(),
                    "DBUS_SESSION_BUS_ADDRESS",
                    "unix:path=" + bus + ",guid=00",
                    "DOCKER_HOST",
                    "unix://" + engine,
                    "PATH",
                    "/usr/bin:/bin",
                    "TERM",
                    "dumb"))));
  }

  @Test
  void thoseOfTheMachineAreListed() throws Exception {
    Path mine = socket("mine");
    assertTrue(SocketFiles.ofMachine().find(Map.of()).contains(mine));
  }
}
