package dev.sallyport.proxy.doctor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class NetworkTest {
  @TempDir private Path machine = Path.of("");

  private void file(String name, String text) throws IOException {
    Path file = machine.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  @Test
  void resolversRoutersAndNeighboursAreKnown() throws Exception {
    file(
        "etc/resolv.conf",
        "# x\nsearch a\nnameserver 10.1.0.53\nnameserver fd00::53\nnameserver x\n");
    file(
        "proc/net/route",
        "Iface\tDestination\tGateway\tFlags\n"
            + "eth0\t00000000\t0100000A\t0003\n"
            + "eth0\t0000000A\t00000000\t1\n");
    file(
        "proc/net/arp",
        """
        IP address       HW type     Flags       HW address            Mask     Device
        10.0.0.1         0x1         0x2         02:42:00:00:00:01     *        eth0
        10.0.0.7         0x1         0x2         02:42:00:00:00:07     *        eth0
        10.0.0.8         0x1         0x0         00:00:00:00:00:00     *        eth0
        """);
    Network network = Network.read(machine);
    assertEquals(
        List.of(InetAddress.ofLiteral("10.1.0.53"), InetAddress.ofLiteral("fd00::53")),
        network.resolvers());
    assertEquals(
        List.of(InetAddress.ofLiteral("10.0.0.1"), InetAddress.ofLiteral("10.0.0.7")),
        network.neighbours());
  }

  @Test
  void aMachineWithoutTheseFilesKnowsNobody() {
    assertEquals(new Network(List.of(), List.of()), Network.read(machine));
  }

  @Test
  void onlySoManyAreLookedAt() throws Exception {
    StringBuilder arp = new StringBuilder();
    StringBuilder resolv = new StringBuilder();
    for (int each = 1; each <= Network.MAX_NEIGHBOURS + 1; each++) {
      arp.append("10.0.0.").append(each).append(" 0x1 0x2 02:42:00:00:00:01 * eth0\n");
      resolv.append("nameserver 10.0.0.").append(each).append('\n');
    }
    file("proc/net/arp", arp.toString());
    file("etc/resolv.conf", resolv.toString());
    assertEquals(Network.MAX_NEIGHBOURS, Network.read(machine).neighbours().size());
    assertEquals(Network.MAX_RESOLVERS, Network.read(machine).resolvers().size());
  }

  private static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(new SocketTimeoutException("Connect timed out"), Attempt.SILENT),
        Arguments.of(new UnknownHostException("a.example"), Attempt.NO_NAME),
        Arguments.of(new ConnectException("Network is unreachable"), Attempt.NO_ROUTE),
        Arguments.of(new SocketException("Address family not supported"), Attempt.NO_ROUTE),
        Arguments.of(new SocketException("Operation not permitted"), Attempt.FORBIDDEN),
        Arguments.of(new ConnectException("Permission denied"), Attempt.FORBIDDEN),
        Arguments.of(new ConnectException("Connection refused"), Attempt.REFUSED),
        Arguments.of(new PortUnreachableException(), Attempt.REFUSED),
        Arguments.of(new NoRouteToHostException("No route to host"), Attempt.UNREACHABLE),
        Arguments.of(new SocketException("No route to host"), Attempt.UNREACHABLE),
        Arguments.of(new ConnectException("in another language"), Attempt.UNREACHABLE),
        Arguments.of(new IOException("what else"), Attempt.SILENT));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void failuresOfTheNetworkAreToldApart(IOException failed, Attempt attempt) {
    assertEquals(attempt, Attempt.of(failed));
  }

  @ParameterizedTest
  @CsvSource({
    "0, '1 packets transmitted, 1 received', OPEN",
    "2, ping: connect: Network is unreachable, NO_ROUTE",
    "1, 1 packets transmitted; 0 received, SILENT",
    "1, From 10.0.0.1 icmp_seq=1 Packet filtered, UNREACHABLE",
    "1, From 10.0.0.1 icmp_seq=1 Destination Host Unreachable, UNREACHABLE",
    "2, ping: socket: Operation not permitted, FORBIDDEN",
    "-1, '', SILENT",
  })
  void whatPingSays(int exit, String text, Attempt attempt) {
    assertEquals(attempt, PingCheck.attempt(new CommandOutput(exit, text)));
  }

  @Test
  void aQuestionIsWrittenAsRfc1035HasIt() {
    assertEquals(
        "5a1f01000001000000000000" + "0161076578616d706c6500" + "00010001",
        HexFormat.of().formatHex(DnsProbe.question("a.example")));
  }

  private static byte[] answer(String records, int count) {
    byte[] question = DnsProbe.question("a.example");
    byte[] tail = HexFormat.of().parseHex(records);
    byte[] answer = Arrays.copyOf(question, question.length + tail.length);
    System.arraycopy(tail, 0, answer, question.length, tail.length);
    answer[2] = (byte) 0x81;
    answer[7] = (byte) count;
    return answer;
  }

  @Test
  void theFirstAddressOfAnAnswerIsFound() throws Exception {
    String alias = "c00c" + "00050001" + "00000009" + "0002" + "c00c";
    String address = "c00c" + "00010001" + "00000009" + "0004" + "c0000201";
    Optional<InetAddress> expected = Optional.of(InetAddress.ofLiteral("192.0.2.1"));
    assertEquals(expected, DnsProbe.address(answer(address, 1)));
    assertEquals(expected, DnsProbe.address(answer(alias + address, 2)));
    assertEquals(Optional.empty(), DnsProbe.address(answer(alias, 1)));
    assertEquals(Optional.empty(), DnsProbe.address(answer("", 0)));
  }

  @Test
  void anAnswerThatIsCutShortHasNoAddress() {
    byte[] whole = answer("c00c" + "00010001" + "00000009" + "0004" + "c0000201", 1);
    for (int length = 0; length < whole.length; length++) {
      assertEquals(Optional.empty(), DnsProbe.address(Arrays.copyOf(whole, length)));
    }
    assertTrue(DnsProbe.address(whole).isPresent());
  }

  @Test
  void theQuicPacketAsksForVersions() {
    byte[] packet = Direct.quic();
    assertEquals(1200, packet.length);
    assertArrayEquals(
        new byte[] {(byte) 0xc0, 0x1a, 0x1a, 0x1a, 0x1a, 8}, Arrays.copyOf(packet, 6));
  }
}
