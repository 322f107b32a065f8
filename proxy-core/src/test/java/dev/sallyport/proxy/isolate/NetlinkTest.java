package dev.sallyport.proxy.isolate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sallyport.proxy.kernel.Structs;
import dev.sallyport.proxy.kernel.Syscall;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NetlinkTest {
  @BeforeEach
  void onMachinesThatPutTheLowOctetFirst() {
    assumeTrue(ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN);
  }

  private static void assertHex(String expected, byte[] message) {
    assertEquals(expected.replace(" ", ""), HexFormat.of().formatHex(message));
  }

  @Test
  void saysWhatIproute2Says() {
    assertHex(
        "20000000 1000 0500 01000000 00000000 00000000 01000000 01000000 01000000",
        Netlink.loopbackUp());
    assertHex(
        "28000000 1400 0504 01000000 00000000 02200000 01000000"
            + "0800 0200 c6120001 0800 0100 c6120001",
        Netlink.address(new byte[] {(byte) 198, 18, 0, 1}));
    assertHex(
        "24000000 1800 0504 01000000 00000000 02000000 ff03fe02 00000000 0800 0400 01000000",
        Netlink.everythingIsLocal(Structs.AF_INET));
  }

  @Test
  void readsAnswers() {
    ByteBuffer answer = ByteBuffer.allocate(36).order(ByteOrder.nativeOrder());
    answer.putShort(4, (short) 2);
    assertEquals(0, Netlink.refusal(answer));
    answer.putInt(16, -1);
    assertEquals(1, Netlink.refusal(answer));
    answer.putShort(4, (short) 3);
    assertEquals(71, Netlink.refusal(answer));
    assertEquals(71, Netlink.refusal(ByteBuffer.allocate(4)));
  }

  /// A route without an interface is refused by every kernel, whoever asks.
  @Test
  void tellsTheKernelAndHearsItsNo() {
    assumeTrue(Syscall.isKnownHere());
    byte[] wrong = Netlink.everythingIsLocal(255);
    assertThrows(IOException.class, () -> Netlink.tell(wrong));
  }
}
