package dev.sallyport.mitm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import org.junit.jupiter.api.RepeatedTest;

class TlsAlertTest {
  /// Twice, since spoiling one must not spoil the next.
  @RepeatedTest(2)
  void accessDeniedIsOneFatalRecordInABufferOfItsOwn() {
    ByteBuf alert = TlsAlert.ACCESS_DENIED.asRecord(ByteBufAllocator.DEFAULT);
    try {
      assertEquals("15030300020231", ByteBufUtil.hexDump(alert));
      alert.setZero(0, alert.readableBytes());
    } finally {
      alert.release();
    }
  }
}
