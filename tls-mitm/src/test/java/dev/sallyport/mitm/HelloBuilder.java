package dev.sallyport.mitm;

import static dev.sallyport.mitm.Wire.ascii;
import static dev.sallyport.mitm.Wire.concat;
import static dev.sallyport.mitm.Wire.filled;
import static dev.sallyport.mitm.Wire.hex;
import static dev.sallyport.mitm.Wire.uint16;
import static dev.sallyport.mitm.Wire.vector16;
import static dev.sallyport.mitm.Wire.vector24;
import static dev.sallyport.mitm.Wire.vector8;

import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Builds ClientHellos, one field at a time: right ones by default, wrong ones where a test says
/// so.
final class HelloBuilder {
  static final int SERVER_NAME = 0;
  static final int ALPN = 16;
  static final int SUPPORTED_VERSIONS = 43;
  static final int ENCRYPTED_CLIENT_HELLO = 0xfe0d;

  private byte[] legacyVersion = uint16(0x0303);
  private byte[] sessionId = vector8(filled(32, 0x11));
  private byte[] cipherSuites = vector16(hex("1301 1302 c02f"));
  private byte[] compression = vector8(new byte[1]);
  private byte[] trailer = new byte[0];

  /// Null until there is one: then there is no length either.
  private byte @Nullable [] extensions;

  /// The hello of TLS 1.0 without extensions.
  static HelloBuilder bare() {
    return new HelloBuilder();
  }

  /// What a client of TLS 1.3 sends, with a name.
  static HelloBuilder to(String name) {
    return bare()
        .serverName(name)
        .extension(10, hex("0004 001d 0017"))
        .extension(13, hex("0008 0403 0804 0401 0805"))
        .versions(0x0304, 0x0303)
        .extension(51, hex("0026 001d 0020" + "07".repeat(32)));
  }

  HelloBuilder legacyVersion(int version) {
    legacyVersion = uint16(version);
    return this;
  }

  HelloBuilder sessionId(int octets) {
    sessionId = vector8(filled(octets, 0x11));
    return this;
  }

  /// The field with its length.
  HelloBuilder cipherSuites(String hex) {
    cipherSuites = hex(hex);
    return this;
  }

  /// The field with its length.
  HelloBuilder compression(String hex) {
    compression = hex(hex);
    return this;
  }

  /// Octets behind the last field, still in the message.
  HelloBuilder trailer(String hex) {
    trailer = hex(hex);
    return this;
  }

  HelloBuilder noMoreExtensions() {
    return extensions(new byte[0]);
  }

  HelloBuilder extension(int type, byte[] data) {
    return extensions(concat(uint16(type), vector16(data)));
  }

  /// Octets among the extensions, whatever they are.
  HelloBuilder extensions(byte[] octets) {
    extensions = extensions == null ? octets : concat(extensions, octets);
    return this;
  }

  HelloBuilder serverName(String name) {
    return extension(SERVER_NAME, vector16(hostName(name)));
  }

  /// One entry of a server name list.
  static byte[] hostName(String name) {
    return concat(new byte[] {0}, vector16(ascii(name)));
  }

  HelloBuilder alpn(String... protocols) {
    byte[][] list = Stream.of(protocols).map(p -> vector8(ascii(p))).toArray(byte[][]::new);
    return extension(ALPN, vector16(concat(list)));
  }

  HelloBuilder versions(int... versions) {
    byte[] list = new byte[0];
    for (int version : versions) {
      list = concat(list, uint16(version));
    }
    return extension(SUPPORTED_VERSIONS, vector8(list));
  }

  /// Grows the hello by an extension that says nothing, so that the message has this many octets.
  HelloBuilder paddedTo(int messageOctets) {
    return extension(21, new byte[messageOctets - message().length - 4]);
  }

  /// The handshake message with its header.
  byte[] message() {
    byte[] block = extensions == null ? new byte[0] : vector16(extensions);
    byte[] body =
        concat(
            legacyVersion, filled(32, 0x22), sessionId, cipherSuites, compression, block, trailer);
    return concat(new byte[] {1}, vector24(body));
  }

  /// The message in one record.
  byte[] record() {
    return Wire.records(message());
  }
}
