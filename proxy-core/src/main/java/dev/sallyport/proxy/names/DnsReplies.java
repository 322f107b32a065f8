package dev.sallyport.proxy.names;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/// What is said to queries. Pure. A reply is never longer than its query by more than
/// [#MOST_GROWTH], so that nobody gains by having replies sent to somebody else.
public final class DnsReplies {
  /// One record with an address of IPv6, by which a reply can be longer than its query.
  public static final int MOST_GROWTH = 12 + 16;

  private static final int TYPE_A = 1;
  private static final int TYPE_AAAA = 28;
  private static final int CLASS_INTERNET = 1;
  private static final int TYPE_OPT = 41;
  private static final int OPTION = 11;

  /// Points at the question's name, right behind the header.
  private static final short SAME_NAME = (short) 0xC00C;

  /// Seconds for which clients keep an answer. It is always the same one.
  private static final int TTL = 60;

  private static final int IS_ANSWER = 0x8000;
  private static final int RECURSION_DESIRED = 0x0100;
  private static final int RECURSION_AVAILABLE = 0x0080;

  private final Optional<byte[]> four;
  private final Optional<byte[]> six;

  /// @param addresses what every name stands for: at most one of IPv4 and one of IPv6
  public DnsReplies(List<InetAddress> addresses) {
    this.four = first(addresses, Inet4Address.class);
    this.six = first(addresses, Inet6Address.class);
  }

  private static Optional<byte[]> first(
      List<InetAddress> addresses, Class<? extends InetAddress> family) {
    return addresses.stream().filter(family::isInstance).map(InetAddress::getAddress).findFirst();
  }

  /// A reply, and how it is counted.
  ///
  /// @param message empty when nothing is said
  @SuppressWarnings("ArrayRecordComponent") // octets on their way; nobody compares them
  public record Reply(byte[] message, DnsOutcome outcome) {}

  /// What is said.
  public Reply to(DnsQuery query) {
    return switch (query) {
      case DnsQuery.Nothing nothing -> new Reply(new byte[0], DnsOutcome.MALFORMED);
      case DnsQuery.Wrong(int id, int opcode, int code) ->
          new Reply(
              header(id, IS_ANSWER | opcode << 11 | code, 0, 0, 0).array(), DnsOutcome.MALFORMED);
      case DnsQuery.Question question -> answer(question);
    };
  }

  private Reply answer(DnsQuery.Question question) {
    Optional<byte[]> address =
        question.version() != 0
            ? Optional.empty()
            : switch (question.type()) {
              case TYPE_A -> four;
              case TYPE_AAAA -> six;
              default -> Optional.empty();
            };
    int flags = IS_ANSWER | RECURSION_AVAILABLE | (question.recursion() ? RECURSION_DESIRED : 0);
    ByteBuffer reply =
        header(
            question.id(),
            flags,
            question.question().length
                + address.map(octets -> 12 + octets.length).orElse(0)
                + (question.extended() ? OPTION : 0),
            address.isPresent() ? 1 : 0,
            question.extended() ? 1 : 0);
    reply.putShort(4, (short) 1).put(question.question());
    address.ifPresent(
        octets ->
            reply
                .putShort(SAME_NAME)
                .putShort((short) question.type())
                .putShort((short) CLASS_INTERNET)
                .putInt(TTL)
                .putShort((short) octets.length)
                .put(octets));
    if (question.extended()) {
      // Another version than 0 is answered with BADVERS, which is 16 (RFC 6891 section 6.1.3).
      byte upperCode = (byte) (question.version() == 0 ? 0 : 1);
      reply.put((byte) 0).putShort((short) TYPE_OPT).putShort((short) DnsQuery.MOST);
      reply.put(upperCode).put((byte) 0).putShort((short) 0).putShort((short) 0);
    }
    byte[] message = new byte[reply.capacity()];
    reply.get(0, message);
    return new Reply(message, address.isPresent() ? DnsOutcome.ANSWERED : DnsOutcome.EMPTY);
  }

  private static ByteBuffer header(int id, int flags, int behind, int answers, int additional) {
    return ByteBuffer.allocate(DnsQuery.HEADER + behind)
        .putShort((short) id)
        .putShort((short) flags)
        .putShort((short) 0)
        .putShort((short) answers)
        .putShort((short) 0)
        .putShort((short) additional);
  }
}
