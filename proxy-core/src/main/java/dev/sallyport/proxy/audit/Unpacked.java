package dev.sallyport.proxy.audit;

import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/// The octets of a gzip file (RFC 1952). Its head is read with the first octet and not when it is
/// opened, so that damage shows in the same place wherever it is.
final class Unpacked extends InputStream {
  private static final int PACKED_OCTETS = 64 * 1024;

  private final InputStream packed;
  private @Nullable GZIPInputStream octets;

  Unpacked(InputStream packed) {
    this.packed = packed;
  }

  @Override
  public int read() throws IOException {
    return octets().read();
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    return octets().read(into, offset, length);
  }

  private GZIPInputStream octets() throws IOException {
    GZIPInputStream now = octets;
    if (now == null) {
      now = new GZIPInputStream(packed, PACKED_OCTETS);
      octets = now;
    }
    return now;
  }

  @Override
  public void close() throws IOException {
    packed.close();
  }
}
