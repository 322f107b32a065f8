package dev.sallyport.proxy.dial;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/// A DNS server on loopback, over UDP and TCP, that says what a test wrote down for it. What is not
/// written down does not exist.
final class DnsStub implements AutoCloseable {
  static final int A = 1;
  static final int CNAME = 5;
  static final int AAAA = 28;

  private static final int HEADER = 12;
  private static final int NOERROR = 0;
  private static final int NXDOMAIN = 3;

  private final DatagramSocket udp;
  private final ServerSocket tcp;
  private final Map<String, Deque<Reply>> script = new ConcurrentHashMap<>();
  private final List<String> asked = new CopyOnWriteArrayList<>();

  private DnsStub(DatagramSocket udp, ServerSocket tcp) {
    this.udp = udp;
    this.tcp = tcp;
  }

  /// A record of an answer section.
  record Line(String owner, int type, int ttl, ByteBuffer data) {}

  /// What to do with a question.
  sealed interface Reply {
    record Answer(List<Line> records) implements Reply {}

    /// The answer over TCP only; over UDP it is cut short.
    record OverTcp(List<Line> records) implements Reply {}

    record Code(int code) implements Reply {}

    /// Octets behind the header and the question, with the count of records that they are said to
    /// be.
    record Raw(int count, ByteBuffer octets) implements Reply {}

    /// An empty answer with the servers to ask instead, and their address.
    record Referral(String server, String address) implements Reply {}

    record Silence() implements Reply {}
  }

  static DnsStub start() throws IOException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    for (int attempt = 0; ; attempt++) {
      DatagramSocket udp = new DatagramSocket(0, loopback);
      try {
        DnsStub stub = new DnsStub(udp, new ServerSocket(udp.getLocalPort(), 50, loopback));
        Thread.ofVirtual().start(stub::serveUdp);
        Thread.ofVirtual().start(stub::serveTcp);
        return stub;
      } catch (IOException taken) {
        udp.close();
        if (attempt == 10) {
          throw taken;
        }
      }
    }
  }

  InetSocketAddress address() {
    return (InetSocketAddress) udp.getLocalSocketAddress();
  }

  /// Addresses of a name, both families, with a TTL of 0.
  DnsStub name(String name, String... addresses) {
    List<Line> all = Arrays.stream(addresses).map(each -> record(name, 0, each)).toList();
    script(name, A, new Reply.Answer(all.stream().filter(each -> each.type == A).toList()));
    script(name, AAAA, new Reply.Answer(all.stream().filter(each -> each.type == AAAA).toList()));
    return this;
  }

  /// What to do with the next questions, the last for all that follow.
  DnsStub script(String name, int type, Reply... replies) {
    script.put(key(name, type), new ArrayDeque<>(List.of(replies)));
    return this;
  }

  static Line record(String owner, int ttl, String address) {
    byte[] octets = Permits.address(address).getAddress();
    return new Line(owner, octets.length == 4 ? A : AAAA, ttl, ByteBuffer.wrap(octets));
  }

  static Line alias(String owner, int ttl, String target) {
    return new Line(owner, CNAME, ttl, ByteBuffer.wrap(wireName(target)));
  }

  static Reply answer(Line... records) {
    return new Reply.Answer(List.of(records));
  }

  /// The questions so far: `name A`, `name AAAA`, and `name A tcp` for those over TCP.
  List<String> asked() {
    return List.copyOf(asked);
  }

  long askedFor(String question) {
    return asked.stream().filter(question::equals).count();
  }

  @Override
  public void close() {
    udp.close();
    try {
      tcp.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void serveUdp() {
    byte[] buffer = new byte[4096];
    try {
      while (true) {
        DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
        udp.receive(packet);
        byte[] query = Arrays.copyOf(packet.getData(), packet.getLength());
        Optional<byte[]> reply = reply(query, "");
        if (reply.isPresent()) {
          udp.send(new DatagramPacket(reply.get(), reply.get().length, packet.getSocketAddress()));
        }
      }
    } catch (SocketException closed) {
      // The test is over.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void serveTcp() {
    try {
      while (true) {
        try (Socket client = tcp.accept()) {
          DataInputStream in = new DataInputStream(client.getInputStream());
          byte[] query = new byte[in.readUnsignedShort()];
          in.readFully(query);
          Optional<byte[]> reply = reply(query, " tcp");
          if (reply.isPresent()) {
            DataOutputStream out = new DataOutputStream(client.getOutputStream());
            out.writeShort(reply.get().length);
            out.write(reply.get());
            out.flush();
          }
        }
      }
    } catch (SocketException closed) {
      // The test is over.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Optional<byte[]> reply(byte[] query, String transport) {
    int end = HEADER;
    StringBuilder name = new StringBuilder();
    while (query[end] != 0) {
      name.append(new String(query, end + 1, query[end], StandardCharsets.US_ASCII)).append('.');
      end += query[end] + 1;
    }
    int type = ByteBuffer.wrap(query).getShort(end + 1);
    byte[] question = Arrays.copyOfRange(query, HEADER, end + 5);
    name.setLength(Math.max(0, name.length() - 1));
    asked.add(key(name.toString(), type) + transport);
    boolean overTcp = !transport.isEmpty();
    return switch (next(key(name.toString(), type))) {
      case Reply.Answer(List<Line> records) ->
          Optional.of(message(query, question, NOERROR, false, records.size(), section(records)));
      case Reply.OverTcp(List<Line> records) when overTcp ->
          Optional.of(message(query, question, NOERROR, false, records.size(), section(records)));
      case Reply.OverTcp cut ->
          Optional.of(message(query, question, NOERROR, true, 0, new byte[0]));
      case Reply.Code(int code) ->
          Optional.of(message(query, question, code, false, 0, new byte[0]));
      case Reply.Raw(int count, ByteBuffer octets) ->
          Optional.of(message(query, question, NOERROR, false, count, bytes(octets)));
      case Reply.Referral(String server, String address) ->
          Optional.of(referral(query, question, server, address));
      case Reply.Silence silence -> Optional.empty();
    };
  }

  private synchronized Reply next(String key) {
    Deque<Reply> replies = script.get(key);
    if (replies == null) {
      return new Reply.Code(NXDOMAIN);
    }
    return replies.size() > 1 ? replies.remove() : replies.element();
  }

  private static byte[] bytes(ByteBuffer octets) {
    byte[] bytes = new byte[octets.remaining()];
    octets.duplicate().get(bytes);
    return bytes;
  }

  private static byte[] message(
      byte[] query, byte[] question, int code, boolean cut, int answers, byte[] section) {
    ByteBuffer out = ByteBuffer.allocate(HEADER + question.length + section.length);
    out.put(query, 0, 2).putShort((short) (0x8180 | (cut ? 0x0200 : 0) | code));
    out.putShort((short) 1).putShort((short) answers).putShort((short) 0).putShort((short) 0);
    out.put(question).put(section);
    return out.array();
  }

  private static byte[] referral(byte[] query, byte[] question, String server, String address) {
    byte[] authority =
        section(List.of(new Line("example.com", 2, 60, ByteBuffer.wrap(wireName(server)))));
    byte[] additional = section(List.of(record(server, 60, address)));
    ByteBuffer out =
        ByteBuffer.allocate(HEADER + question.length + authority.length + additional.length);
    out.put(query, 0, 2).putShort((short) 0x8180);
    out.putShort((short) 1).putShort((short) 0).putShort((short) 1).putShort((short) 1);
    out.put(question).put(authority).put(additional);
    return out.array();
  }

  private static byte[] section(List<Line> records) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (Line record : records) {
      out.writeBytes(wireName(record.owner));
      ByteBuffer rest = ByteBuffer.allocate(10 + record.data.remaining());
      rest.putShort((short) record.type).putShort((short) 1).putInt(record.ttl);
      rest.putShort((short) record.data.remaining()).put(record.data.duplicate());
      out.writeBytes(rest.array());
    }
    return out.toByteArray();
  }

  static byte[] wireName(String name) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (String label : name.split("\\.", -1)) {
      byte[] octets = label.getBytes(StandardCharsets.ISO_8859_1);
      out.write(octets.length);
      out.writeBytes(octets);
    }
    out.write(0);
    return out.toByteArray();
  }

  private static String key(String name, int type) {
    return name.toLowerCase(Locale.ROOT)
        + switch (type) {
          case A -> " A";
          case AAAA -> " AAAA";
          default -> " TYPE" + type;
        };
  }
}
