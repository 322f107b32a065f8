package dev.sallyport.proxy.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;

/// The octets of TLS ClientHellos, as clients send them first.
public final class Hello {
  private static final int SERVER_NAME = 0;
  private static final int ENCRYPTED_CLIENT_HELLO = 0xfe0d;

  private final ByteArrayOutputStream extensions = new ByteArrayOutputStream();

  private Hello() {}

  /// One that names a server.
  public static byte[] to(String name) {
    return new Hello().name(name).record();
  }

  /// One that names none.
  public static byte[] withoutName() {
    return new Hello().record();
  }

  /// One that names a server and carries an encrypted ClientHello.
  public static byte[] encryptedBehind(String name) {
    return new Hello().name(name).extension(ENCRYPTED_CLIENT_HELLO, new byte[8]).record();
  }

  /// One as the JDK's client sends it, that a server can answer.
  public static byte[] answerable(String name) throws IOException {
    try {
      SSLEngine engine = SSLContext.getDefault().createSSLEngine(name, 443);
      engine.setUseClientMode(true);
      ByteBuffer record = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
      engine.wrap(ByteBuffer.allocate(0), record);
      return Arrays.copyOf(record.array(), record.position());
    } catch (GeneralSecurityException failed) {
      throw new IOException(failed);
    }
  }

  /// A TLS record whose message is no ClientHello.
  public static byte[] garbled() {
    return new byte[] {22, 3, 1, 0, 4, 1, 0, 0, 0};
  }

  private Hello name(String name) {
    byte[] text = name.getBytes(StandardCharsets.ISO_8859_1);
    return extension(SERVER_NAME, sized(join(new byte[] {0}, sized(text))));
  }

  private Hello extension(int type, byte[] data) {
    extensions.writeBytes(join(uint16(type), sized(data)));
    return this;
  }

  private byte[] record() {
    byte[] fixed = join(uint16(0x0303), new byte[32], new byte[1]);
    byte[] suites = sized(join(uint16(0x1301), uint16(0xc02f)));
    byte[] compression = {1, 0};
    byte[] all = extensions.size() == 0 ? new byte[0] : sized(extensions.toByteArray());
    byte[] body = join(fixed, suites, compression, all);
    byte[] message = join(new byte[] {1, 0}, sized(body));
    return join(new byte[] {22, 3, 1}, sized(message));
  }

  private static byte[] sized(byte[] content) {
    return join(uint16(content.length), content);
  }

  private static byte[] uint16(int value) {
    return new byte[] {(byte) (value >> 8), (byte) value};
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
