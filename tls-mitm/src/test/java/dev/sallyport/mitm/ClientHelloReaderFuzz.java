package dev.sallyport.mitm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.sallyport.mitm.ClientHelloReader.Hello;
import dev.sallyport.mitm.ClientHelloReader.Malformed;
import dev.sallyport.mitm.ClientHelloReader.NeedMore;
import dev.sallyport.mitm.ClientHelloReader.NotTls;
import dev.sallyport.mitm.ClientHelloReader.Result;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;

/// What must hold for any octets at all. The entry point is the one that fuzzers call; the build
/// feeds it from [ClientHelloMutationTest].
public final class ClientHelloReaderFuzz {
  /// Prefixes looked at for one input, spread evenly.
  private static final int PREFIXES = 40;

  private ClientHelloReaderFuzz() {}

  /// Throws when the reader does, or when a verdict does not hold.
  public static void fuzzerTestOneInput(byte[] octets) {
    ByteBuf buffer = Unpooled.wrappedBuffer(octets);
    Result verdict = Reading.READER.read(buffer);
    assertEquals(octets.length, buffer.readableBytes());
    assertEquals(1, buffer.refCnt());
    switch (verdict) {
      case NeedMore() ->
          assertFalse(octets.length >= ClientHelloReader.DEFAULT_MAX_OCTETS, "waits for ever");
      case NotTls(String why) -> assertFalse(why.isEmpty());
      case Malformed(String why) -> assertFalse(why.isEmpty());
      case Hello(ClientHello hello) -> holdsAgainstAnotherReading(hello, octets);
    }
    for (int i = 0; i < PREFIXES; i++) {
      holdsForPrefix(verdict, octets, (int) ((long) octets.length * i / PREFIXES));
    }
    for (int length = Math.max(0, octets.length - 3); length < octets.length; length++) {
      holdsForPrefix(verdict, octets, length);
    }
  }

  /// Where a fuzzer starts.
  public static List<byte[]> seeds() {
    byte[] message = HelloBuilder.to("example.com").alpn("h2", "http/1.1").message();
    return List.of(
        HelloBuilder.bare().record(),
        Wire.records(message),
        Wire.records(message, 1, 2, 3, 40),
        HelloBuilder.to("example.com").serverName("b.test").record(),
        HelloBuilder.bare()
            .extension(
                HelloBuilder.SERVER_NAME,
                Wire.vector16(
                    Wire.concat(HelloBuilder.hostName("a.test"), HelloBuilder.hostName("b.test"))))
            .record(),
        HelloBuilder.to("127.0.0.1").record(),
        HelloBuilder.to("example.com.").record(),
        HelloBuilder.to("a\u0000b").record(),
        HelloBuilder.to("a.test")
            .extension(HelloBuilder.ENCRYPTED_CLIENT_HELLO, new byte[] {1})
            .record(),
        HelloBuilder.to("a.test").alpn("").record(),
        HelloBuilder.to("a.test").compression("02 0100").sessionId(33).record(),
        HelloBuilder.to("a.test").paddedTo(20_000).message(),
        Wire.hex("15 0301 0002 0100"),
        Wire.hex("16 0301 0000"),
        Wire.hex("80 2e 01 0301 0015 0000 0010"));
  }

  private static void holdsForPrefix(Result verdict, byte[] octets, int length) {
    Result early = Reading.prefix(octets, length);
    if (!(early instanceof NeedMore)) {
      assertEquals(verdict, early, "after " + length + " octets");
    }
  }

  private static void holdsAgainstAnotherReading(ClientHello hello, byte[] octets) {
    ReferenceReading reference;
    try {
      reference = new ReferenceReading(octets);
    } catch (IOException e) {
      if (hello.serverName() instanceof ServerName.Invalid) {
        return; // refused anyhow
      }
      throw new UncheckedIOException("taken, but cannot be read otherwise", e);
    }
    switch (hello.serverName()) {
      case ServerName.Absent() -> assertFalse(reference.nameExtension);
      case ServerName.Named(String name) -> assertEquals(List.of(name), reference.hostNames);
      case ServerName.Invalid(String why) -> assertFalse(why.isEmpty());
    }
    assertEquals(reference.protocols, hello.protocols());
    assertEquals(reference.versions, hello.versions());
    assertEquals(reference.legacyVersion, hello.legacyVersion());
    assertEquals(reference.encrypted, hello.encrypted());
    assertEquals(reference.octets, hello.octets());
  }

  /// The name that a hello is taken with, if it is.
  static Optional<String> name(Result verdict) {
    return verdict instanceof Hello(ClientHello hello)
            && hello.serverName() instanceof ServerName.Named(String name)
        ? Optional.of(name)
        : Optional.empty();
  }
}
