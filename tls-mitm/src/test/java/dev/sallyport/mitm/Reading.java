package dev.sallyport.mitm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.sallyport.mitm.ClientHelloReader.Hello;
import dev.sallyport.mitm.ClientHelloReader.Malformed;
import dev.sallyport.mitm.ClientHelloReader.NeedMore;
import dev.sallyport.mitm.ClientHelloReader.Result;
import io.netty.buffer.Unpooled;
import java.util.Arrays;

/// Reading in tests: octets in, the verdict or its parts out.
final class Reading {
  static final ClientHelloReader READER =
      new ClientHelloReader(ClientHelloReader.DEFAULT_MAX_OCTETS);

  private Reading() {}

  static Result read(byte[] octets) {
    return READER.read(Unpooled.wrappedBuffer(octets));
  }

  static ClientHello hello(byte[] octets) {
    return assertInstanceOf(Hello.class, read(octets)).hello();
  }

  static String malformed(byte[] octets) {
    return assertInstanceOf(Malformed.class, read(octets)).why();
  }

  static Result prefix(byte[] octets, int length) {
    return READER.read(Unpooled.wrappedBuffer(octets, 0, length));
  }

  /// Octets after which the verdict falls; asserts that it then stands.
  static int decidedAfter(byte[] octets) {
    int length = 0;
    while (length < octets.length && prefix(octets, length) instanceof NeedMore) {
      length++;
    }
    for (int longer = length; longer <= octets.length; longer++) {
      assertEquals(read(octets), prefix(octets, longer), "after " + longer + " octets");
    }
    return length;
  }

  static byte[] first(byte[] octets, int length) {
    return Arrays.copyOf(octets, length);
  }
}
