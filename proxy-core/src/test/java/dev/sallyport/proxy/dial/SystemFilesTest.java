package dev.sallyport.proxy.dial;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.rules.Addresses;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SystemFilesTest {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

  @TempDir private Path folder;
  private final EventLoop loop = new DefaultEventLoop();

  @AfterEach
  void close() {
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  @Test
  void aNameInTheHostsFileHasAllItsAddresses() throws Exception {
    SystemFiles files =
        files(
            """
            # a comment
            192.0.2.1   Docs.example.com docs # another
            2001:db8::1 docs.example.com
            192.0.2.2   docs.example.com
            nonsense    other.example.com
            \u00e9
            """,
            "");
    assertEquals(
        List.of("2001:db8::1", "192.0.2.1", "192.0.2.2"), addresses(files, "docs.example.com"));
    assertEquals(List.of("192.0.2.1"), addresses(files, "docs"));
    assertEquals(List.of(), addresses(files, "other.example.com"));
  }

  @Test
  void theServersAreThoseOfResolvConf() throws Exception {
    SystemFiles files =
        files(
            "",
            """
            # comment
            ; comment
            search example.com
            options ndots:5
            nameserver 192.0.2.53
              nameserver\t2001:db8::53  # why not
            nameserver not-an-address
            nameservers 192.0.2.1
            nameserver
            """);
    assertEquals(
        List.of(
            new InetSocketAddress(Permits.address("192.0.2.53"), 53),
            new InetSocketAddress(Permits.address("2001:db8::53"), 53)),
        now(files).servers());
  }

  @Test
  void noMoreServersAreAskedThanTheCLibraryWould() throws Exception {
    SystemFiles files =
        files(
            "",
            """
            nameserver 192.0.2.1
            nameserver 192.0.2.2
            nameserver 192.0.2.3
            nameserver 192.0.2.4
            """);
    assertEquals(SystemFiles.MAX_SERVERS, now(files).servers().size());
  }

  @Test
  void withoutFilesThereAreNoNamesAndTheMachineIsItsOwnServer() throws Exception {
    SystemFiles files = new SystemFiles(folder.resolve("hosts"), folder.resolve("resolv.conf"));
    assertEquals(List.of(), addresses(files, "localhost"));
    assertEquals(
        List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 53)), now(files).servers());
  }

  @Test
  void aChangeIsSeen() throws Exception {
    SystemFiles files = files("192.0.2.1 docs.example.com\n", "nameserver 192.0.2.53\n");
    assertEquals(List.of("192.0.2.1"), addresses(files, "docs.example.com"));
    // Replaced as editors and container runtimes do it, with the same length.
    Path next = Files.writeString(folder.resolve("next"), "192.0.2.2 docs.example.com\n");
    Files.move(next, folder.resolve("hosts"), StandardCopyOption.REPLACE_EXISTING);
    Files.writeString(folder.resolve("resolv.conf"), "nameserver 192.0.2.54\n");
    long began = System.nanoTime();
    while (!addresses(files, "docs.example.com").equals(List.of("192.0.2.2"))) {
      assertTrue(System.nanoTime() - began < PATIENCE_NANOS, "the change is not seen");
      Thread.onSpinWait();
    }
    assertEquals(
        List.of(new InetSocketAddress(Permits.address("192.0.2.54"), 53)), now(files).servers());
  }

  private SystemFiles files(String hosts, String resolvConf) throws Exception {
    return new SystemFiles(
        Files.writeString(folder.resolve("hosts"), hosts),
        Files.writeString(folder.resolve("resolv.conf"), resolvConf));
  }

  private List<String> addresses(SystemFiles files, String name) throws Exception {
    return now(files).addresses(name).stream().map(Addresses::text).toList();
  }

  private SystemFiles.Names now(SystemFiles files) throws Exception {
    Future<SystemFiles.Names> names = files.names(loop);
    return names.get(DialBench.PATIENCE_SECONDS, TimeUnit.SECONDS);
  }
}
