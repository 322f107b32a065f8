package dev.sallyport.rules;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.net.InetAddress;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CidrTest {
  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.0.0.0, 10.255.255.255, 9.255.255.255, 11.0.0.0",
    "172.16.0.0/12, 172.16.0.0, 172.31.255.255, 172.15.255.255, 172.32.0.0",
    "192.0.2.128/25, 192.0.2.128, 192.0.2.255, 192.0.2.127, 192.0.3.0",
    "192.0.2.4/31, 192.0.2.4, 192.0.2.5, 192.0.2.3, 192.0.2.6",
    "192.0.2.4/32, 192.0.2.4, 192.0.2.4, 192.0.2.3, 192.0.2.5",
    "192.0.2.4, 192.0.2.4, 192.0.2.4, 192.0.2.3, 192.0.2.5",
    "2001:db8::/32, 2001:db8::, 2001:db8:ffff:ffff:ffff:ffff:ffff:ffff,"
        + " 2001:db7:ffff:ffff:ffff:ffff:ffff:ffff, 2001:db9::",
    "fe80::/10, fe80::, febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff,"
        + " fe7f:ffff:ffff:ffff:ffff:ffff:ffff:ffff, fec0::",
    "::1/128, ::1, ::1, ::, ::2",
  })
  void bothSidesOfBothEnds(String range, String first, String last, String before, String after)
      throws MalformedHostException {
    Cidr cidr = Cidr.parse(range);
    assertAll(
        () -> assertTrue(cidr.contains(Addresses.parse(first))),
        () -> assertTrue(cidr.contains(Addresses.parse(last))),
        () -> assertFalse(cidr.contains(Addresses.parse(before))),
        () -> assertFalse(cidr.contains(Addresses.parse(after))));
  }

  @ParameterizedTest
  @CsvSource({"0.0.0.0/0, 255.255.255.255", "::/0, ffff::"})
  void theWholeFamily(String range, String address) throws MalformedHostException {
    assertTrue(Cidr.parse(range).contains(Addresses.parse(address)));
  }

  @ParameterizedTest
  @CsvSource({"0.0.0.0/0, ::1", "::/0, 127.0.0.1", "::/0, ::ffff:127.0.0.1"})
  void familiesDoNotMix(String range, String address) throws MalformedHostException {
    assertFalse(Cidr.parse(range).contains(Addresses.parse(address)));
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.0.0.0/8, true",
    "10.0.0.0/8, 10.1.0.0/16, true",
    "10.1.0.0/16, 10.0.0.0/8, false",
    "10.0.0.0/8, 11.0.0.0/16, false",
    "0.0.0.0/0, 10.0.0.0/8, true",
    "0.0.0.0/0, ::/0, false",
    "::/0, 0.0.0.0/0, false",
    "::/0, ::1/128, true",
  })
  void rangesInRanges(String outer, String inner, boolean contained) {
    assertEquals(contained, Cidr.of(outer).contains(Cidr.of(inner)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/8",
        "10.0.0.0/",
        "10.0.0.0/33",
        "10.0.0.0/-1",
        "10.0.0.0/08",
        "10.0.0.0/+8",
        "10.0.0.0/8/8",
        "10.0.0.0/8 ",
        "10.0.0.0/a",
        "10.0.0.0/1000",
        "10.0.0.1/8",
        "10.1.0.0/8",
        "0.0.0.1/0",
        "::/129",
        "::1/127",
        "2001:db8::1/32",
        "[::1]/128",
        "fe80::%1/10",
        "example.org/8",
        "10/8",
        "10.0.0.0/255.0.0.0",
        "::ffff:10.0.0.0/104",
        "10.0.0.0/\u0668",
      })
  void anythingElseIsRefused(String text) {
    assertThrows(MalformedHostException.class, () -> Cidr.parse(text));
    assertThrows(IllegalArgumentException.class, () -> Cidr.of(text));
  }

  @Test
  void aRangeMadeInCodeIsCheckedToo() throws MalformedHostException {
    InetAddress ten = Addresses.parse("10.0.0.0");
    assertAll(
        () -> assertThrows(IllegalArgumentException.class, () -> new Cidr(ten, 33)),
        () -> assertThrows(IllegalArgumentException.class, () -> new Cidr(ten, -1)),
        () -> assertThrows(IllegalArgumentException.class, () -> new Cidr(ten, 4)),
        () -> assertEquals(Cidr.of("10.0.0.0/8"), new Cidr(ten, 8)));
  }

  @Test
  void textIsCanonical() {
    assertEquals("10.0.0.0/8", Cidr.of("10.0.0.0/8").toString());
    assertEquals("2001:db8::/32", Cidr.of("2001:0DB8:0::/32").toString());
    assertEquals("::1/128", Cidr.of("::1").toString());
  }

  @Test
  void containsAgreesWithArithmetic() {
    Random random = new Random(1519);
    for (int round = 0; round < 20_000; round++) {
      int octets = random.nextBoolean() ? 4 : 16;
      int prefix = random.nextInt(octets * 8 + 1);
      byte[] base = octets(random, octets);
      byte[] other = octets(random, octets);
      // Mostly equal, so that both answers come up whatever the prefix.
      System.arraycopy(base, 0, other, 0, random.nextInt(octets + 1));
      Cidr cidr = new Cidr(Addresses.address(Cidr.masked(base, prefix)), prefix);
      BigInteger shiftedBase = new BigInteger(1, base).shiftRight(octets * 8 - prefix);
      BigInteger shiftedOther = new BigInteger(1, other).shiftRight(octets * 8 - prefix);
      InetAddress address = Addresses.address(other);
      if (address.getAddress().length == cidr.network().getAddress().length) {
        assertEquals(
            shiftedBase.equals(shiftedOther), cidr.contains(address), cidr + " " + address);
      }
    }
  }

  private static byte[] octets(Random random, int count) {
    byte[] octets = new byte[count];
    random.nextBytes(octets);
    octets[0] |= 1; // Never the IPv4-mapped form, which the JDK would turn into four octets.
    return octets;
  }
}
