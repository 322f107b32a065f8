package dev.sallyport.proxy.dial;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.rules.Cidr;
import dev.sallyport.rules.HostPattern;
import dev.sallyport.rules.Permit;
import dev.sallyport.rules.Scheme;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressGuardTest {
  private static final int PORT = 3128;
  private final List<InetSocketAddress> listeners = new ArrayList<>();

  @ParameterizedTest
  @CsvSource({
    "8.8.8.8, true",
    "2606:4700::1111, true",
    "10.0.0.1, false",
    "127.0.0.1, false",
    "169.254.169.254, false",
    "100.64.0.1, false",
    "0.0.0.0, false",
    "::1, false",
    "::, false",
    "fd00::1, false",
    "fe80::1, false",
    "::ffff:10.0.0.1, false",
    "64:ff9b::a00:1, false",
    "2002:a00:1::, false",
  })
  void aNameLeadsToPublicAddressesOnly(String address, boolean allowed) {
    assertVetted(allowed, address, Permits.https("example.com", 443));
  }

  @ParameterizedTest
  @CsvSource({
    "10.1.0.0, true",
    "10.1.255.255, true",
    "10.0.255.255, false",
    "10.2.0.0, false",
    "8.8.8.8, false",
  })
  void rangesOfTheEntryAreAllThereIs(String address, boolean allowed) {
    assertVetted(allowed, address, Permits.https("example.com", 443, "10.1.0.0/16"));
  }

  @ParameterizedTest
  @CsvSource({"127.0.0.1/32, true", "127.0.0.0/8, true", "0.0.0.0/0, false", "126.0.0.0/7, false"})
  void loopbackIsSpelledOut(String range, boolean allowed) {
    assertVetted(allowed, "127.0.0.1", Permits.https("example.com", 443, range));
  }

  @Test
  void whatAnyAllowsIsPublic() {
    Permit permit = Permits.of(Scheme.HTTPS, "127.0.0.1", 443, new HostPattern.Any());
    assertVetted(false, "127.0.0.1", permit);
  }

  @Test
  void theEndpointIsTheAddressOnThePermittedPort() {
    Optional<Endpoint> vetted =
        guard().vet(Permits.address("8.8.8.8"), Permits.https("example.com", 8443));
    assertEquals(
        Optional.of(new InetSocketAddress(Permits.address("8.8.8.8"), 8443)),
        vetted.map(Endpoint::socketAddress));
  }

  @ParameterizedTest
  @CsvSource({
    // Bound to one address: that one, and the unspecified one that leads to it.
    "127.0.0.1, 127.0.0.1, false",
    "127.0.0.1, ::ffff:127.0.0.1, false",
    "127.0.0.1, 127.0.0.2, true",
    "127.0.0.1, 0.0.0.0, false",
    "::1, ::1, false",
    "::1, ::, false",
    // Bound to all: everything that is local.
    "0.0.0.0, 127.0.0.1, false",
    "0.0.0.0, 127.9.9.9, false",
    "::, 127.0.0.1, false",
    "::, ::1, false",
  })
  void ownListenersAreNeverDialled(String bound, String address, boolean allowed) {
    listeners.add(new InetSocketAddress(Permits.address(bound), PORT));
    Permit spelledOut =
        Permits.https("example.com", PORT, "127.0.0.0/8", "::1/128", "0.0.0.0/32", "::/128");
    assertVetted(allowed, address, spelledOut);
    assertVetted(
        true,
        address,
        Permits.https("example.com", PORT + 1, "127.0.0.0/8", "::1/128", "0.0.0.0/32", "::/128"));
  }

  @Test
  void aListenerOnAllAddressesIsReachedByEveryInterface() throws Exception {
    listeners.add(new InetSocketAddress(PORT));
    List<InetAddress> mine =
        NetworkInterface.networkInterfaces().flatMap(NetworkInterface::inetAddresses).toList();
    assertTrue(mine.size() > 0);
    for (InetAddress address : mine) {
      InetAddress plain = InetAddress.getByAddress(address.getAddress());
      OwnAddresses own = new OwnAddresses(() -> listeners, List.of(), Optional.empty());
      assertTrue(own.isListener(plain, PORT), plain::toString);
    }
  }

  @Test
  void listenersAreAskedForEachTime() {
    AddressGuard guard = guard();
    Permit permit = Permits.https("example.com", PORT, "127.0.0.0/8");
    assertTrue(guard.vet(Permits.address("127.0.0.1"), permit).isPresent());
    listeners.add(new InetSocketAddress(Permits.address("127.0.0.1"), PORT));
    assertTrue(guard.vet(Permits.address("127.0.0.1"), permit).isEmpty());
  }

  @ParameterizedTest
  @CsvSource({
    "8.8.8.8, 443, false",
    "8.8.8.8, 80, false",
    "::ffff:8.8.8.8, 443, false",
    "8.8.4.4, 443, true"
  })
  void addressesSaidToBeOwnAreNeverDialledOnAnyPort(String address, int port, boolean allowed) {
    OwnAddresses own =
        new OwnAddresses(List::of, List.of(Permits.address("8.8.8.8")), Optional.empty());
    AddressGuard guard = new AddressGuard(own, Optional.empty());
    assertEquals(
        allowed,
        guard.vet(Permits.address(address), Permits.https("example.com", port)).isPresent());
  }

  @ParameterizedTest
  @CsvSource({
    "2606:4700:64::808:808, true",
    "2606:4700:64::a00:1, false",
    "2606:4700:64::7f00:1, false",
    "2606:4700:64::808:404, false",
  })
  void behindATranslatorTheInnerAddressCounts(String address, boolean allowed) {
    Optional<Cidr> prefix = Optional.of(Cidr.of("2606:4700:64::/96"));
    OwnAddresses own = new OwnAddresses(List::of, List.of(Permits.address("8.8.4.4")), prefix);
    AddressGuard guard = new AddressGuard(own, prefix);
    assertEquals(
        allowed,
        guard.vet(Permits.address(address), Permits.https("example.com", 443)).isPresent());
  }

  @Test
  void theOperatorMayLeadAnywhereButToTheGateItself() {
    listeners.add(new InetSocketAddress(Permits.address("127.0.0.1"), PORT));
    OwnAddresses own = new OwnAddresses(() -> listeners, List.of(), Optional.empty());
    assertTrue(OperatorAddress.of(Permits.address("169.254.1.1"), PORT, own).isPresent());
    assertTrue(OperatorAddress.of(Permits.address("127.0.0.1"), PORT + 1, own).isPresent());
    assertTrue(OperatorAddress.of(Permits.address("127.0.0.1"), PORT, own).isEmpty());
  }

  private AddressGuard guard() {
    return new AddressGuard(
        new OwnAddresses(() -> listeners, List.of(), Optional.empty()), Optional.empty());
  }

  private void assertVetted(boolean allowed, String address, Permit permit) {
    assertEquals(allowed, guard().vet(Permits.address(address), permit).isPresent(), address);
  }
}
