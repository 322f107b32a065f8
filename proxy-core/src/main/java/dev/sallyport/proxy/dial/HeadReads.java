package dev.sallyport.proxy.dial;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;

/// Has a channel read no octet beyond the head of the parent's answer: each read asks for what the
/// head lacks at least, and no more. What follows in the same packet stays in the socket for
/// whoever gets the tunnel, so nothing needs to be handed over. Once the head is complete, reads
/// are sized as on any other channel.
final class HeadReads implements RecvByteBufAllocator {
  private final ParentHead head = new ParentHead();
  private final RecvByteBufAllocator usual = new AdaptiveRecvByteBufAllocator();

  /// What is read with this.
  ParentHead head() {
    return head;
  }

  @Override
  @SuppressWarnings("deprecation") // the interface demands it
  public RecvByteBufAllocator.Handle newHandle() {
    return new Sized((RecvByteBufAllocator.ExtendedHandle) usual.newHandle());
  }

  private final class Sized implements RecvByteBufAllocator.ExtendedHandle {
    private final RecvByteBufAllocator.ExtendedHandle handle;

    Sized(RecvByteBufAllocator.ExtendedHandle handle) {
      this.handle = handle;
    }

    @Override
    public ByteBuf allocate(ByteBufAllocator alloc) {
      int lack = head.lack();
      return lack == 0 ? handle.allocate(alloc) : alloc.ioBuffer(lack, lack);
    }

    @Override
    public int guess() {
      int lack = head.lack();
      return lack == 0 ? handle.guess() : lack;
    }

    @Override
    public void reset(ChannelConfig config) {
      handle.reset(config);
    }

    @Override
    public void incMessagesRead(int messages) {
      handle.incMessagesRead(messages);
    }

    @Override
    public void lastBytesRead(int bytes) {
      handle.lastBytesRead(bytes);
    }

    @Override
    public int lastBytesRead() {
      return handle.lastBytesRead();
    }

    @Override
    public void attemptedBytesRead(int bytes) {
      handle.attemptedBytesRead(bytes);
    }

    @Override
    public int attemptedBytesRead() {
      return handle.attemptedBytesRead();
    }

    @Override
    public boolean continueReading() {
      return handle.continueReading();
    }

    @Override
    public boolean continueReading(UncheckedBooleanSupplier maybeMoreData) {
      return handle.continueReading(maybeMoreData);
    }

    @Override
    public void readComplete() {
      handle.readComplete();
    }
  }
}
