package dev.sallyport.proxy.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/// Opens real files on a disk that takes as many octets as the test says, in pieces, and then no
/// more. Safe on any thread.
final class FullDisk implements Output.Opener {
  private static final int PIECE = 50;

  private final AtomicInteger room = new AtomicInteger(Integer.MAX_VALUE);
  private volatile boolean cuts = true;

  /// From now on this many octets fit.
  void room(int octets) {
    room.set(octets);
    cuts |= octets == Integer.MAX_VALUE;
  }

  /// Cutting files fails until there is room without limit again.
  void refuseToCut() {
    cuts = false;
  }

  @Override
  public Output open(Path file) throws IOException {
    Output real = Output.open(file);
    return new Output() {
      @Override
      public int write(ByteBuffer octets) throws IOException {
        int left = room.get();
        if (left == Integer.MAX_VALUE) {
          return real.write(octets);
        }
        int fits = Math.min(octets.remaining(), Math.min(left, PIECE));
        if (fits == 0) {
          throw new IOException("No space left on device");
        }
        room.addAndGet(-fits);
        int written = real.write(octets.slice(octets.position(), fits));
        octets.position(octets.position() + written);
        return written;
      }

      @Override
      public void truncate(long octets) throws IOException {
        if (!cuts) {
          throw new IOException("Input/output error");
        }
        real.truncate(octets);
      }

      @Override
      public void force() throws IOException {
        real.force();
      }

      @Override
      public void close() throws IOException {
        real.close();
      }
    };
  }
}
