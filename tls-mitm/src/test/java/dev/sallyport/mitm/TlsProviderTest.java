package dev.sallyport.mitm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TlsProviderTest {
  @AfterEach
  void clear() {
    System.clearProperty(TlsProvider.PROPERTY);
  }

  @Test
  void theFastOneIsTakenWhereItLoads() {
    assertEquals(TlsProvider.BORINGSSL, TlsProvider.best());
  }

  @Test
  void eitherCanBeForced() {
    System.setProperty(TlsProvider.PROPERTY, "jdk");
    assertEquals(TlsProvider.JDK, TlsProvider.best());
    System.setProperty(TlsProvider.PROPERTY, "boringssl");
    assertEquals(TlsProvider.BORINGSSL, TlsProvider.best());
  }

  @Test
  void anotherWordIsNotPassedOver() {
    System.setProperty(TlsProvider.PROPERTY, "openssl");
    IllegalStateException wrong = assertThrows(IllegalStateException.class, TlsProvider::best);
    assertEquals("`sallyport.tls` is `openssl`: give boringssl or jdk", wrong.getMessage());
  }
}
