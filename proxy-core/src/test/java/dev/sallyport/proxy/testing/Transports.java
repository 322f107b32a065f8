package dev.sallyport.proxy.testing;

import dev.sallyport.proxy.transport.Transport;
import java.util.Arrays;
import java.util.List;

/// The transports that tests run on.
public final class Transports {
  private Transports() {}

  /// Those that this machine has.
  public static List<Transport> available() {
    return Arrays.stream(Transport.values()).filter(Transport::isAvailable).toList();
  }
}
