package dev.sallyport.proxy.fuzz;

import dev.sallyport.proxy.exchange.Exchange;
import dev.sallyport.proxy.exchange.OriginLink;
import java.util.ArrayList;
import java.util.List;

/// How exchanges ended whose requests ask for no other protocol.
final class Ends implements Exchange.Listener {
  private final List<Exchange.End> all = new ArrayList<>();

  List<Exchange.End> all() {
    return all;
  }

  @Override
  public void ended(Exchange.End end) {
    all.add(end);
  }

  @Override
  public void protocolChanged(OriginLink origin) {
    throw new AssertionError("nobody asked for another protocol");
  }
}
