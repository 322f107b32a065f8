package dev.sallyport.proxy.doctor;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/// One question to one resolver, by hand (RFC 1035): whether it resolves names of the outside for
/// this client. A name that is resolved is a message that left.
final class DnsProbe {
  private static final int ID = 0x5a1f;
  private static final int HEADER = 12;
  private static final int TYPE_A = 1;
  private static final int CLASS_IN = 1;
  private static final int POINTER = 0xc0;
  private static final int IPV4_LENGTH = 4;
  private static final int MAX_ANSWER = 4096;

  /// Where resolvers are.
  static final int PORT = 53;

  private final Direct direct;
  private final Duration patience;

  private final int port;

  /// @param port of the resolvers
  DnsProbe(Duration patience, int port) {
    this.port = port;
    this.direct = new Direct(patience);
    this.patience = patience;
  }

  /// What a resolver did.
  ///
  /// @param attempt OPEN when it answered at all
  /// @param address the first address that it gave
  record Answer(Attempt attempt, Optional<InetAddress> address) {}

  Answer udp(InetAddress resolver, String name) {
    Direct.Exchange exchange = direct.udp(new InetSocketAddress(resolver, port), question(name));
    return new Answer(exchange.attempt(), address(exchange.answer()));
  }

  Answer tcp(InetAddress resolver, String name) {
    byte[] question = question(name);
    InetSocketAddress to = new InetSocketAddress(resolver, port);
    try (Socket socket = new Socket(Proxy.NO_PROXY)) {
      socket.connect(to, (int) patience.toMillis());
      return new Answer(Attempt.OPEN, asked(socket, question));
    } catch (IOException failed) {
      return new Answer(Direct.failed(to, failed), Optional.empty());
    }
  }

  /// Who takes the connection has answered, whatever comes of the question.
  private Optional<InetAddress> asked(Socket socket, byte[] question) {
    try {
      socket.setSoTimeout((int) patience.toMillis());
      ByteBuffer message = ByteBuffer.allocate(2 + question.length);
      message.putShort((short) question.length).put(question);
      socket.getOutputStream().write(message.array());
      socket.getOutputStream().flush();
      DataInputStream in = new DataInputStream(socket.getInputStream());
      int length = Math.min(in.readUnsignedShort(), MAX_ANSWER);
      return address(in.readNBytes(length));
    } catch (IOException silent) {
      return Optional.empty();
    }
  }

  /// A question for the IPv4 addresses of a name, with recursion desired.
  static byte[] question(String name) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteBuffer header = ByteBuffer.allocate(HEADER);
    header.putShort((short) ID).putShort((short) 0x0100).putShort((short) 1);
    out.writeBytes(header.array());
    for (String label : name.split("\\.", -1)) {
      byte[] octets = label.getBytes(StandardCharsets.US_ASCII);
      out.write(octets.length);
      out.writeBytes(octets);
    }
    out.writeBytes(new byte[] {0, 0, TYPE_A, 0, CLASS_IN});
    return out.toByteArray();
  }

  /// The first IPv4 address of an answer; empty when it has none or cannot be read.
  static Optional<InetAddress> address(byte[] answer) {
    if (answer.length < HEADER) {
      return Optional.empty();
    }
    ByteBuffer in = ByteBuffer.wrap(answer);
    int questions = in.getShort(4);
    int answers = in.getShort(6);
    in.position(HEADER);
    try {
      for (int each = 0; each < questions; each++) {
        skipName(in);
        in.position(in.position() + 4);
      }
      for (int each = 0; each < answers; each++) {
        skipName(in);
        int type = in.getShort();
        in.position(in.position() + 6);
        int length = in.getShort() & 0xffff;
        if (type == TYPE_A && length == IPV4_LENGTH) {
          byte[] address = new byte[IPV4_LENGTH];
          in.get(address);
          return Optional.of(InetAddress.getByAddress(address));
        }
        in.position(in.position() + length);
      }
    } catch (java.nio.BufferUnderflowException
        | IllegalArgumentException
        | UnknownHostException cut) {
      // An answer that cannot be read holds no address.
    }
    return Optional.empty();
  }

  private static void skipName(ByteBuffer in) {
    while (true) {
      int length = in.get() & 0xff;
      if ((length & POINTER) == POINTER) {
        in.get();
        return;
      }
      if (length == 0) {
        return;
      }
      in.position(in.position() + length);
    }
  }
}
