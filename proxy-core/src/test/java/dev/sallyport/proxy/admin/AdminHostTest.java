package dev.sallyport.proxy.admin;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.rules.Host;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdminHostTest {
  private static final AdminHost HOSTS = new AdminHost(List.of());

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "LocalHost",
        "localhost:9328",
        "localhost.:9328",
        "localhost:",
        "127.0.0.1",
        "127.0.0.1:9328",
        "10.1.2.3:65535",
        "[::1]",
        "[::1]:9328",
        "[2001:db8::1]:80",
      })
  void addressesAndLocalhostAreAccepted(String field) {
    assertTrue(HOSTS.isAccepted(field));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":9328",
        "rebound.example",
        "rebound.example:9328",
        "localhost.example.com",
        "127.0.0.1.example.com",
        "127.0.0.1@rebound.example",
        "127.0.0.1:80:80",
        "127.0.0.1:x",
        "127.0.0.1:123456",
        "127.1",
        "2130706433",
        "::1",
        "[::1",
        "[::1]x",
        "[::1%25lo]",
        "localhost, rebound.example",
      })
  void namesAndGarbageAreNot(String field) {
    assertFalse(HOSTS.isAccepted(field));
  }

  @Test
  void namesOfTheSettingsAreAccepted() throws Exception {
    AdminHost hosts = new AdminHost(List.of((Host.Name) Host.parse("gate.agents.example")));
    assertTrue(hosts.isAccepted("Gate.agents.example.:9328"));
    assertTrue(hosts.isAccepted("localhost"));
    assertFalse(hosts.isAccepted("agents.example"));
    assertFalse(hosts.isAccepted("other.gate.agents.example"));
  }
}
