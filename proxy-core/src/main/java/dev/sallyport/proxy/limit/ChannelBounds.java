package dev.sallyport.proxy.limit;

import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;

/// What one channel may hold. A direction of a transfer stops reading when the channel that it
/// writes to holds [#HIGH_OCTETS], so that it holds no more than that and one read.
public final class ChannelBounds {
  /// Octets that wait to be written when reading for them stops.
  public static final int HIGH_OCTETS = 64 * 1024;

  /// Octets that are left when it goes on.
  public static final int LOW_OCTETS = 32 * 1024;

  /// Octets of one read at most. Reads begin small and grow while they come back full.
  public static final int READ_OCTETS = 64 * 1024;

  private static final int LEAST_READ_OCTETS = 64;
  private static final int FIRST_READ_OCTETS = 2 * 1024;

  private ChannelBounds() {}

  /// For `ChannelOption.WRITE_BUFFER_WATER_MARK`.
  public static WriteBufferWaterMark waterMarks() {
    return new WriteBufferWaterMark(LOW_OCTETS, HIGH_OCTETS);
  }

  /// For `ChannelOption.RECVBUF_ALLOCATOR`.
  public static RecvByteBufAllocator reads() {
    return new AdaptiveRecvByteBufAllocator(LEAST_READ_OCTETS, FIRST_READ_OCTETS, READ_OCTETS);
  }
}
