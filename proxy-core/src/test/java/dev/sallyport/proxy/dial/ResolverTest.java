package dev.sallyport.proxy.dial;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.proxy.transport.Transport;
import dev.sallyport.rules.Addresses;
import dev.sallyport.rules.Host;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResolverTest {
  private static final Duration BOUND = Duration.ofSeconds(5);

  @TempDir private Path folder;
  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, Transport.NIO.ioHandlers());
  private DnsStub dns;

  @BeforeEach
  void start() throws Exception {
    dns = DnsStub.start();
    Files.writeString(folder.resolve("hosts"), "192.0.2.7 inside.example.com localhost\n");
    Files.writeString(folder.resolve("resolv.conf"), "search example.com\n");
  }

  @AfterEach
  void close() {
    dns.close();
    loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  @Test
  void aLiteralIsItself() throws Exception {
    assertEquals(List.of("2001:db8::1"), resolve(withServer(), "[2001:db8::1]"));
    assertEquals(List.of("192.0.2.1"), resolve(withServer(), "192.0.2.1"));
    assertEquals(List.of(), dns.asked());
  }

  @Test
  void theSettingsKnowBeforeAnybodyElse() throws Exception {
    dns.name("fixed.example.com", "192.0.2.99");
    assertEquals(List.of("2001:db8::1", "192.0.2.1"), resolve(withServer(), "fixed.example.com"));
    assertEquals(List.of(), dns.asked());
  }

  @Test
  void serversOfTheSettingsStandForTheWholeSystem() throws Exception {
    dns.name("inside.example.com", "192.0.2.8");
    assertEquals(List.of("192.0.2.8"), resolve(withServer(), "inside.example.com"));
  }

  @Test
  void theHostsFileComesBeforeDns() throws Exception {
    assertEquals(List.of("192.0.2.7"), resolve(ofSystem(), "inside.example.com"));
    assertEquals(List.of("192.0.2.7"), resolve(ofSystem(), "localhost"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "anything.localhost"})
  void localhostIsLoopbackAndNoQuestion(String name) throws Exception {
    assertEquals(List.of("::1", "127.0.0.1"), resolve(withServer(), name));
    assertEquals(List.of(), dns.asked());
  }

  @ParameterizedTest
  @ValueSource(strings = {"invalid", "a.invalid", "abcdef.onion"})
  void someNamesAreNeverAskedFor(String name) throws Exception {
    dns.name(name, "192.0.2.1");
    assertEquals(List.of(), resolve(withServer(), name));
    assertEquals(List.of(), dns.asked());
  }

  @ParameterizedTest
  @ValueSource(strings = {"single", "two.labels"})
  void searchDomainsAreNotUsed(String name) throws Exception {
    assertEquals(List.of(), resolve(withServer(), name));
    assertTrue(dns.askedFor(name + " A") == 1 && dns.askedFor(name + " AAAA") == 1);
    assertEquals(2, dns.asked().size());
  }

  private Resolver withServer() {
    return resolver(List.of(dns.address()));
  }

  private Resolver ofSystem() {
    return resolver(List.of());
  }

  private Resolver resolver(List<InetSocketAddress> servers) {
    Map<Host.Name, List<InetAddress>> fixed =
        Map.of(
            Permits.name("fixed.example.com"),
            List.of(Permits.address("192.0.2.1"), Permits.address("2001:db8::1")));
    return new Resolver(
        fixed,
        servers,
        new SystemFiles(folder.resolve("hosts"), folder.resolve("resolv.conf")),
        new Dns(Transport.NIO, BOUND));
  }

  private List<String> resolve(Resolver resolver, String host) throws Exception {
    Lookup lookup =
        loops
            .next()
            .submit(() -> resolver.resolve(Permits.host(host), loops.next()))
            .get(DialBench.PATIENCE_SECONDS, TimeUnit.SECONDS);
    List<String> all = new ArrayList<>();
    for (Family family : Family.values()) {
      Answer answer = lookup.of(family).get(DialBench.PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (answer instanceof Answer.Found(List<InetAddress> addresses)) {
        addresses.forEach(each -> all.add(Addresses.text(each)));
      }
    }
    return all;
  }
}
