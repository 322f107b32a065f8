package dev.sallyport.mitm;

import io.netty.buffer.ByteBuf;

/// Tells from the first octets of a tunnel whether they are a TLS ClientHello, and reads it.
///
/// Give it everything that has come so far, each time something has come. It moves no index, keeps
/// no reference and holds no state, so one reader serves all connections on all threads. The answer
/// depends on the octets alone, not on how they were cut into segments: once it is not [NeedMore]
/// it stays the same whatever follows. How long to wait is the caller's affair.
///
/// It is strict where origins differ or where RFC 8446 says "must": only handshake records, none of
/// them empty (section 5.1), nothing behind the hello in its last record (section 5.1: it must not
/// be there when keys change), every inner length exact, no extension twice (section 4.2). A hello
/// in several records is put together first; records behind the one in which it ends are not looked
/// at (early data may be there).
public final class ClientHelloReader {
  /// Octets of the largest hello that is read unless told otherwise, its record headers included.
  /// The hellos of today, post-quantum key shares included, have some 2 KiB.
  public static final int DEFAULT_MAX_OCTETS = 16 * 1024;

  /// Octets of the smallest hello there is, so of the least limit that makes sense.
  public static final int MIN_MAX_OCTETS = 50;

  /// Records that a hello may come in. Clients send one, or a few for a large one; together with
  /// keeping no state this bounds what a client costs that sends one octet at a time.
  public static final int MAX_RECORDS = 64;

  private static final NeedMore NEED_MORE = new NeedMore();

  private final int maxOctets;

  /// A reader with a limit.
  ///
  /// @param maxOctets of the largest hello that is read, its record headers included
  /// @throws IllegalArgumentException when that is less than [#MIN_MAX_OCTETS]
  public ClientHelloReader(int maxOctets) {
    if (maxOctets < MIN_MAX_OCTETS) {
      throw new IllegalArgumentException(
          "no ClientHello fits in `" + maxOctets + "` octets: give " + MIN_MAX_OCTETS + " or more");
    }
    this.maxOctets = maxOctets;
  }

  /// Looks at the readable octets of `buffer`; its indices and its reference count stay as they
  /// are. Never throws, whatever the octets. Costs a few steps for each record that has begun; only
  /// a whole hello is read through.
  public Result read(ByteBuf buffer) {
    HelloRecords records = new HelloRecords(buffer, maxOctets);
    try {
      return switch (records.walk()) {
        case MORE -> NEED_MORE;
        case NOT_TLS -> new NotTls("the first octets are not a TLS record");
        case COMPLETE -> new Hello(HelloMessage.parse(records.message(), records.octets()));
      };
    } catch (MalformedHelloException e) {
      return new Malformed(e.why());
    }
  }

  /// What the octets are.
  public sealed interface Result {}

  /// It cannot be told yet. Comes only for fewer octets than the limit.
  public record NeedMore() implements Result {}

  /// A whole ClientHello.
  public record Hello(ClientHello hello) implements Result {}

  /// No TLS at all: no origin reads a server name in it.
  ///
  /// @param why our words; nothing of the client's
  public record NotTls(String why) implements Result {}

  /// TLS, but not a ClientHello that every origin reads in the same way. An origin may find a name
  /// in it all the same, so it is refused even where anything may pass that is not TLS.
  ///
  /// @param why our words; nothing of the client's
  public record Malformed(String why) implements Result {}
}
