package dev.sallyport.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRuleTest {
  private static final HostPattern NAME = TestPolicy.host("docs.example.org");

  @ParameterizedTest
  @CsvSource({
    "8.8.8.8, true",
    "2606:4700::1, true",
    "10.0.0.1, false",
    "100.64.0.1, false",
    "fd00::1, false",
    "127.0.0.1, false",
    "::1, false",
    "0.0.0.0, false",
    "169.254.169.254, false",
    "168.63.129.16, false",
    "192.0.2.1, false",
    "224.0.0.1, false",
    "255.255.255.255, false",
    "::ffff:127.0.0.1, false",
    "::127.0.0.1, false",
    "64:ff9b::8.8.8.8, false",
    "64:ff9b::127.0.0.1, false",
    "2002:7f00:1::, false",
    "2002:808:808::1, false",
    "2001:0:a9fe:a9fe::1, false",
    "fec0::1, false",
    "4000::1, false",
  })
  void aNameLeadsToPublicAddressesOnly(String address, boolean permitted) {
    for (HostPattern hosts :
        List.of(
            NAME,
            TestPolicy.below("example.org"),
            TestPolicy.domain("example.org"),
            TestPolicy.any())) {
      assertEquals(permitted, AddressRule.permitted(at(address), List.of(), hosts));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // address | resolves-to | permitted
        "10.1.2.3 | 10.1.0.0/16 | true",
        "10.2.0.0 | 10.1.0.0/16 | false",
        "10.1.2.3 | 10.0.0.0/8 | true",
        "10.1.2.3 | 8.0.0.0/5 | true",
        "10.1.2.3 | 0.0.0.0/0 | true",
        "8.8.8.8 | 10.0.0.0/8 | false",
        "8.8.8.8 | 8.8.8.0/24 | true",
        "8.8.8.8 | 0.0.0.0/0 | true",
        "8.8.8.8 | 10.0.0.0/8 8.8.8.8/32 | true",
        "100.64.0.1 | 0.0.0.0/0 | true",
        "fd12::1 | ::/0 | true",
        "fd12::1 | fd12::/16 | true",
        "fd12::1 | fd13::/16 | false",
        "2606:4700::1 | fd12::/16 | false",
        "127.0.0.10 | 127.0.0.10/32 | true",
        "127.0.0.11 | 127.0.0.10/32 | false",
        "127.0.0.10 | 127.0.0.0/8 | true",
        "127.0.0.10 | 126.0.0.0/7 | false",
        "127.0.0.10 | 0.0.0.0/0 | false",
        "::1 | ::1/128 | true",
        "::1 | ::/96 | false",
        "::1 | ::/0 | false",
        "169.254.1.1 | 169.254.0.0/16 | true",
        "169.254.1.1 | 169.254.1.0/24 | true",
        "169.254.1.1 | 169.252.0.0/14 | false",
        "fe80::1 | fe80::/10 | true",
        "fe80::1 | fe00::/8 | false",
        "169.254.169.254 | 169.254.169.254/32 | true",
        "169.254.169.254 | 169.254.169.254/31 | false",
        "169.254.169.254 | 169.254.0.0/16 | false",
        "169.254.169.254 | 0.0.0.0/0 | false",
        "168.63.129.16 | 168.63.129.16/32 | true",
        "168.63.129.16 | 168.63.0.0/16 | false",
        "100.100.100.200 | 100.64.0.0/10 | false",
        "100.100.100.200 | 100.100.100.200/32 | true",
        "fd00:ec2::254 | fd00::/8 | false",
        "fd00:ec2::254 | fd00:ec2::254/128 | true",
        "0.0.0.0 | 0.0.0.0/8 | false",
        "0.0.0.0 | 0.0.0.0/32 | true",
        "0.0.0.1 | 0.0.0.0/8 | true",
        "0.0.0.1 | 0.0.0.0/7 | false",
        "192.0.2.1 | 192.0.2.0/24 | true",
        "192.0.2.1 | 192.0.0.0/16 | false",
        "224.0.0.1 | 224.0.0.0/4 | true",
        "224.0.0.1 | 224.0.0.0/3 | false",
        "64:ff9b::8.8.8.8 | 64:ff9b::/96 | true",
        "64:ff9b::8.8.8.8 | 64:ff9b::/95 | false",
        "2002:808:808::1 | 2002::/16 | true",
        "2002:808:808::1 | 2000::/3 | false",
        "4000::1 | 4000::/2 | true",
        "4000::1 | ::/1 | false",
        "2606:4700::5efe:10.0.0.1 | 2606:4700::/32 | false",
        "2606:4700::5efe:10.0.0.1 | 2606:4700::5efe:10.0.0.1/128 | true",
        "127.0.0.1 | ::/0 | false",
        "::ffff:10.0.0.1 | 10.0.0.0/8 | true",
      })
  void aNameLeadsIntoItsRangesOnly(String address, String ranges, boolean permitted) {
    List<Cidr> resolvesTo = Stream.of(ranges.split(" ")).map(Cidr::of).toList();
    assertEquals(permitted, AddressRule.permitted(at(address), resolvesTo, NAME));
  }

  @ParameterizedTest
  @CsvSource({
    "10.1.2.3, 10.0.0.0/8, true",
    "10.1.2.3, 10.1.2.3/32, true",
    "10.1.2.3, 8.0.0.0/5, false",
    "10.1.2.3, 0.0.0.0/0, false",
    "8.8.8.8, 0.0.0.0/0, true",
    "8.8.8.8, 8.8.8.8/32, true",
    "8.8.8.8, 9.9.9.9/32, false",
    "127.0.0.1, 127.0.0.0/8, true",
    "127.0.0.1, 0.0.0.0/0, false",
    "169.254.169.254, 169.254.0.0/16, false",
    "169.254.169.254, 169.254.169.254/32, true",
    "fd12::1, ::/0, false",
    "fd12::1, fd12::/16, true",
    "::1, ::/0, false",
    "2606:4700::1, ::/0, true",
  })
  void anAddressEntryIsARangeOfItsOwn(String address, String range, boolean permitted) {
    assertEquals(
        permitted, AddressRule.permitted(at(address), List.of(), TestPolicy.address(range)));
  }

  @Test
  void anAddressEntryWithRangesNeedsBoth() {
    HostPattern ten = TestPolicy.address("10.0.0.0/8");
    List<Cidr> part = List.of(Cidr.of("10.1.0.0/16"));
    assertTrue(AddressRule.permitted(at("10.1.2.3"), part, ten));
    assertFalse(AddressRule.permitted(at("10.2.2.3"), part, ten));
  }

  @Test
  void anyMeansPublicAddressesWhateverTheRanges() {
    List<Cidr> everything = List.of(Cidr.of("0.0.0.0/0"));
    assertTrue(AddressRule.permitted(at("8.8.8.8"), everything, TestPolicy.any()));
    assertFalse(AddressRule.permitted(at("10.0.0.1"), everything, TestPolicy.any()));
    assertFalse(
        AddressRule.permitted(at("8.8.8.8"), List.of(Cidr.of("9.0.0.0/8")), TestPolicy.any()));
  }

  /// The examples of RFC 6052 section 2.4, for 192.0.2.33.
  @ParameterizedTest
  @CsvSource({
    "2001:db8::/32, 2001:db8:c000:221::",
    "2001:db8:100::/40, 2001:db8:1c0:2:21::",
    "2001:db8:122::/48, 2001:db8:122:c000:2:2100::",
    "2001:db8:122:300::/56, 2001:db8:122:3c0:0:221::",
    "2001:db8:122:344::/64, 2001:db8:122:344:c0:2:2100::",
    "2001:db8:122:344::/96, 2001:db8:122:344::192.0.2.33",
    "64:ff9b::/96, 64:ff9b::192.0.2.33",
  })
  void theAddressInsideATranslatedOne(String prefix, String address) {
    assertEquals(
        Optional.of(at("192.0.2.33")), EmbeddedIpv4.translated(at(address), Cidr.of(prefix)));
    assertEquals(at("192.0.2.33"), AddressRule.judged(at(address), Optional.of(Cidr.of(prefix))));
  }

  @ParameterizedTest
  @CsvSource({
    "64:ff9b::/96, 64:ff9b::8.8.8.8, true",
    "64:ff9b::/96, 64:ff9b::10.0.0.1, false",
    "64:ff9b::/96, 64:ff9b::169.254.169.254, false",
    "64:ff9b::/96, 64:ff9b::127.0.0.1, false",
    "64:ff9b::/96, 64:ff9b::1:0:0, false",
    "2606:4700:64::/96, 2606:4700:64::8.8.8.8, true",
    "2606:4700:64::/96, 2606:4700:64::127.0.0.1, false",
    "2606:4700:64::/96, 2606:4700:65::127.0.0.1, true",
    "2606:4700:64::/48, 2606:4700:64:7f00:0:100::, false",
    "2606:4700:64::/48, 2606:4700:64:7f00:ff00:100::, false",
    "2606:4700:64::/96, 8.8.8.8, true",
    "2606:4700:64::/96, 10.0.0.1, false",
    "2606:4700:64:0:100::/96, 2606:4700:64:0:100::7f00:1, false",
  })
  void behindATranslatorTheInnerAddressIsJudged(String prefix, String address, boolean permitted) {
    Optional<Cidr> nat64 = Optional.of(Cidr.of(prefix));
    assertEquals(permitted, AddressRule.permitted(at(address), List.of(), NAME, nat64));
  }

  @Test
  void behindATranslatorRangesAreHeldAgainstTheInnerAddress() {
    Optional<Cidr> nat64 = Optional.of(Cidr.of("64:ff9b::/96"));
    InetAddress translated = at("64:ff9b::10.1.2.3");
    assertTrue(AddressRule.permitted(translated, List.of(Cidr.of("10.1.0.0/16")), NAME, nat64));
    assertFalse(AddressRule.permitted(translated, List.of(Cidr.of("64:ff9b::/96")), NAME, nat64));
    HostPattern literal = TestPolicy.address("64:ff9b::/96");
    assertTrue(AddressRule.permitted(at("64:ff9b::8.8.8.8"), List.of(), literal, nat64));
    assertFalse(AddressRule.permitted(translated, List.of(), literal, nat64));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"10.0.0.0/8", "64:ff9b::/95", "64:ff9b::/97", "::/0", "2001:db8::/33", "::1/128"})
  void otherPrefixesAreNoTranslators(String prefix) {
    Optional<Cidr> nat64 = Optional.of(Cidr.of(prefix));
    assertThrows(
        IllegalArgumentException.class,
        () -> AddressRule.permitted(at("8.8.8.8"), List.of(), NAME, nat64));
  }

  private static InetAddress at(String text) {
    // A literal written with a prefix would not be one address.
    try {
      return Addresses.parse(text);
    } catch (MalformedHostException wrong) {
      throw new IllegalArgumentException(text, wrong);
    }
  }
}
