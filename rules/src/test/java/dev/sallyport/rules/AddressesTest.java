package dev.sallyport.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressesTest {
  /// The examples of RFC 5952 sections 4 and 5, and of RFC 4291 section 2.2.
  @ParameterizedTest
  @CsvSource({
    "2001:0db8::0001, 2001:db8::1",
    "2001:db8:0:0:0:0:2:1, 2001:db8::2:1",
    "2001:db8::1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
    "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
    "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
    "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
    "2001:DB8::AAAA, 2001:db8::aaaa",
    "0:0:0:0:0:0:0:0, ::",
    "::, ::",
    "1::, 1::",
    "::1, ::1",
    "1:2:3:4:5:6:7:8, 1:2:3:4:5:6:7:8",
    "1:2:3:4:5:6:7::, 1:2:3:4:5:6:7:0",
    "::2:3:4:5:6:7:8, 0:2:3:4:5:6:7:8",
    "0:0:3:4:5:6:0:0, ::3:4:5:6:0:0",
    "1:0:0:4:5:0:0:0, 1:0:0:4:5::",
    "ff01::101, ff01::101",
    "::13.1.68.3, ::d01:4403",
    "1:2:3:4:5:6:1.2.3.4, 1:2:3:4:5:6:102:304",
    "1::1.2.3.4, 1::102:304",
    "::ffff:129.144.52.38, 129.144.52.38",
    "::ffff:0:0, 0.0.0.0",
    "::ffff:0:1.2.3.4, ::ffff:0:102:304",
    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "8.8.8.8, 8.8.8.8",
    "0.0.0.0, 0.0.0.0",
    "255.255.255.255, 255.255.255.255",
  })
  void textIsCanonical(String written, String canonical) throws MalformedHostException {
    assertEquals(canonical, Addresses.text(Addresses.parse(written)));
  }

  @Test
  void whatIsPrintedReadsBack() throws MalformedHostException {
    Random random = new Random(5952);
    for (int round = 0; round < 20_000; round++) {
      byte[] octets = new byte[random.nextBoolean() ? 4 : 16];
      for (int i = 0; i < octets.length; i++) {
        octets[i] = random.nextInt(3) == 0 ? (byte) random.nextInt() : 0;
      }
      InetAddress address = Addresses.address(octets);
      assertEquals(address, Addresses.parse(Addresses.text(address)));
      assertEquals(address, Addresses.parse(address.getHostAddress()), "as the JDK prints it");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1",
        "1.2.3",
        "1.2.3.4.",
        ".1.2.3.4",
        "1..2.3",
        "1.2.3.4 ",
        "01.2.3.4",
        "1.2.3.00",
        "1.2.3.256",
        "1.2.3.1000",
        "a.b.c.d",
        "1.2.3.4/8"
      })
  void otherIpv4SpellingsAreRefused(String written) {
    assertThrows(MalformedHostException.class, () -> Addresses.parse(written));
    assertThrows(MalformedHostException.class, () -> Addresses.parseIpv4(written));
  }

  @Test
  void anAddressHasFourOrSixteenOctets() {
    assertThrows(IllegalArgumentException.class, () -> Addresses.address(new byte[5]));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "1", "09", "0777", "0x", "0x0", "0xff", "4294967296"})
  void whatInetAtonTakesIsANumber(String label) {
    assertTrue(Addresses.isNumber(label));
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "1a", "a1", "0xg", "0x-", "1-", "-1", "_1", "x0", "ff", "00x1"})
  void otherLabelsAreNoNumbers(String label) {
    assertFalse(Addresses.isNumber(label));
  }
}
