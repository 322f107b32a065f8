package dev.sallyport.proxy.names;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sallyport.proxy.testing.Await;
import dev.sallyport.proxy.transport.Transport;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass
@MethodSource("dev.sallyport.proxy.testing.Transports#available")
class DnsStubTest {
  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
  private static final List<InetAddress> ANSWERS = List.of(InetAddress.ofLiteral("198.18.0.1"));

  private final Transport transport;
  private final EventLoopGroup loops;
  private final Queue<DnsOutcome> outcomes = new ConcurrentLinkedQueue<>();

  DnsStubTest(Transport transport) {
    this.transport = transport;
    this.loops = new MultiThreadIoEventLoopGroup(1, transport.ioHandlers());
  }

  @AfterEach
  void end() {
    loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  private DnsStub stub() throws IOException {
    return DnsStub.open(
        new InetSocketAddress(LOOPBACK, 0), ANSWERS, transport, loops, outcomes::add);
  }

  private static byte[] expected(byte[] query) {
    return new DnsReplies(ANSWERS).to(DnsQuery.read(query)).message();
  }

  @Test
  void answersDatagrams() throws Exception {
    try (DnsStub stub = stub();
        DatagramSocket client = new DatagramSocket()) {
      client.connect(stub.address());
      client.setSoTimeout((int) Await.PATIENCE.toMillis());
      // One without an answer before it: the next answer is that of the next query.
      client.send(new DatagramPacket(new byte[3], 3));
      byte[] query = Queries.of("www.example.org", Queries.A);
      client.send(new DatagramPacket(query, query.length));
      DatagramPacket answer = new DatagramPacket(new byte[2_000], 2_000);
      client.receive(answer);
      assertArrayEquals(expected(query), Arrays.copyOf(answer.getData(), answer.getLength()));
      assertEquals(List.of(DnsOutcome.MALFORMED, DnsOutcome.ANSWERED), List.copyOf(outcomes));
    }
  }

  private static byte[] ask(Socket client, byte[] query) throws IOException {
    client.setSoTimeout((int) Await.PATIENCE.toMillis());
    DataOutputStream out = new DataOutputStream(client.getOutputStream());
    out.writeShort(query.length);
    out.write(query);
    DataInputStream in = new DataInputStream(client.getInputStream());
    return in.readNBytes(in.readUnsignedShort());
  }

  @Test
  void answersOneAfterTheOtherOnAConnection() throws Exception {
    try (DnsStub stub = stub();
        Socket client = new Socket(LOOPBACK, stub.address().getPort())) {
      for (byte[] query :
          List.of(
              Queries.of("a.example", Queries.A),
              Queries.extended("b.example", Queries.AAAA, 0, 8),
              Queries.bytes(Queries.header(0x0100, 0), new byte[] {1}))) {
        assertArrayEquals(expected(query), ask(client, query));
      }
      assertEquals(
          List.of(DnsOutcome.ANSWERED, DnsOutcome.EMPTY, DnsOutcome.MALFORMED),
          List.copyOf(outcomes));
    }
  }

  @Test
  void endsConnectionsThatSendTooMuchOrNoQuery() throws Exception {
    try (DnsStub stub = stub()) {
      for (byte[] query : List.of(new byte[DnsQuery.MOST + 1], new byte[2])) {
        try (Socket client = new Socket(LOOPBACK, stub.address().getPort())) {
          assertThrows(IOException.class, () -> ask(client, query));
        }
      }
      assertEquals(List.of(DnsOutcome.MALFORMED, DnsOutcome.MALFORMED), List.copyOf(outcomes));
    }
  }

  @Test
  void hasRoomForSoManyConnections() throws Exception {
    List<Socket> clients = new ArrayList<>();
    byte[] query = Queries.of("a", Queries.A);
    try (DnsStub stub = stub()) {
      try {
        for (int i = 0; i < DnsStub.MOST_CONNECTIONS; i++) {
          Socket client = new Socket(LOOPBACK, stub.address().getPort());
          clients.add(client);
          ask(client, query);
        }
        try (Socket more = new Socket(LOOPBACK, stub.address().getPort())) {
          assertThrows(IOException.class, () -> ask(more, query));
        }
      } finally {
        for (Socket client : clients) {
          client.close();
        }
      }
      Await.until("dropped", () -> outcomes.contains(DnsOutcome.DROPPED));
    }
  }
}
