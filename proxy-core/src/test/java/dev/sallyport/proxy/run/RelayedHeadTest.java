package dev.sallyport.proxy.run;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RelayedHeadTest {
  private static final Optional<String> OURS = Optional.of("Basic b3Vycw==");

  private static RelayedHead read(String text) throws IOException {
    return RelayedHead.read(new ByteArrayInputStream(text.getBytes(ISO_8859_1)));
  }

  private static String sent(String text, Optional<String> authorization) throws IOException {
    return new String(read(text).with(authorization), ISO_8859_1);
  }

  @Test
  void ourCredentialsStandInPlaceOfOthers() throws IOException {
    assertEquals(
        "CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\nProxy-Authorization: Basic"
            + " b3Vycw==\r\n\r\n",
        sent(
            "CONNECT a.example:443 HTTP/1.1\r\nProxy-authorization: x\r\nHost:"
                + " a.example:443\r\n\r\nbehind",
            OURS));
  }

  @Test
  void withoutCredentialsATunnelsHeadIsUntouched() throws IOException {
    String head = "CONNECT a.example:443 HTTP/1.0\r\nProxy-Authorization: x\r\n\r\n";
    assertEquals(head, sent(head, Optional.empty()));
  }

  @Test
  void aPlainRequestIsTheLastOfItsConnection() throws IOException {
    assertEquals(
        "GET http://a.example/ HTTP/1.1\r\nHost: a.example\r\nProxy-Authorization: Basic"
            + " b3Vycw==\r\nConnection: close\r\n\r\n",
        sent(
            "GET http://a.example/ HTTP/1.1\r\nHost: a.example\r\nProxy-Connection:"
                + " keep-alive\r\nConnection: keep-alive\r\n\r\n",
            OURS));
  }

  @Test
  void anUpgradeKeepsItsField() throws IOException {
    String head = "GET http://a.example/ HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n";
    assertEquals(head, sent(head, Optional.empty()));
  }

  @Test
  void isBounded() throws IOException {
    assertTrue(read("").isEmpty());
    assertThrows(IOException.class, () -> read("GET / HTTP/1.1\r\n"));
    String start = "GET / HTTP/1.1\r\nX: ";
    String fits = start + "x".repeat(RelayedHead.MAX - start.length() - 4) + "\r\n\r\n";
    assertEquals(2, read(fits).lines().size());
    assertThrows(IOException.class, () -> read(fits.replaceFirst("xx", "xxx")));
  }

  @ParameterizedTest
  @CsvSource({
    "CONNECT a.example:443 HTTP/1.1, a.example:443",
    "GET http://a.example:81/x?y HTTP/1.1, a.example:81",
    "GET http://a.example?y HTTP/1.1, a.example",
    "GET /x HTTP/1.1, ''",
    "GARBAGE, ''",
  })
  void whoIsAskedForIsKnown(String line, String authority) throws IOException {
    assertEquals(authority, read(line + "\r\n\r\n").authority());
  }

  @ParameterizedTest
  @CsvSource({
    "HTTP/1.1 403 Forbidden, 403",
    "HTTP/1.1 20, 0",
    "SSH-2.0-abcdef, 0",
    "HTTP/1.1 x00 y, 0"
  })
  void theAnswerSaysItsStatus(String text, int status) {
    byte[] octets = text.getBytes(ISO_8859_1);
    assertEquals(status, RelayedHead.status(octets, octets.length));
  }
}
