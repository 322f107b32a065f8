package dev.sallyport.rules.check;

import dev.sallyport.rules.AddressRule;
import dev.sallyport.rules.Decision;
import dev.sallyport.rules.Destination;
import dev.sallyport.rules.Host;
import dev.sallyport.rules.Permit;
import dev.sallyport.rules.SpecialRange;
import java.net.InetAddress;
import java.util.Optional;

/// What the address guard makes of a destination that is an address literal and not public.
///
/// @param refused whether the guard refuses it although the rules allow it
public record AddressFinding(SpecialRange range, boolean refused) {
  /// What the guard says; empty for names and for public addresses.
  static Optional<AddressFinding> of(Destination destination, Decision decision) {
    if (!(destination.host() instanceof Host.Literal(var address))) {
      return Optional.empty();
    }
    boolean refused = decision.permit().filter(permit -> !permits(permit, address)).isPresent();
    return SpecialRange.of(address).map(range -> new AddressFinding(range, refused));
  }

  private static boolean permits(Permit permit, InetAddress address) {
    return AddressRule.permitted(address, permit.resolvesTo(), permit.hosts());
  }

  /// One line for a person.
  public String line() {
    String verdict =
        refused ? "; the address guard refuses it: no range of the entry spells it out" : "";
    return "not a public address: " + range + verdict;
  }
}
