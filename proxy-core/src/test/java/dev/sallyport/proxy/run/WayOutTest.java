package dev.sallyport.proxy.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.proxy.config.NoProxy;
import dev.sallyport.proxy.config.Parents;
import dev.sallyport.proxy.config.Settings;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WayOutTest {
  private static final String PARENT = "http://p.example:8080";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https_proxy",
        "HTTPS_PROXY",
        "http_proxy",
        "HTTP_PROXY",
        "all_proxy",
        "ALL_PROXY"
      })
  void eachVariableAloneNamesTheParent(String variable) throws Exception {
    WayOut out = WayOut.of(Map.of(variable, PARENT));
    assertEquals("p.example:8080", text(out));
    assertEquals(
        List.of("goes out through the parent proxy p.example:8080, from " + variable), out.notes());
  }

  @ParameterizedTest
  @CsvSource({
    "https_proxy, HTTPS_PROXY",
    "HTTPS_PROXY, http_proxy",
    "HTTPS_PROXY, ALL_PROXY",
    "all_proxy, http_proxy"
  })
  void theFirstCounts(String first, String second) throws Exception {
    WayOut out = WayOut.of(Map.of(first, PARENT, second, "http://other.example:1"));
    assertEquals("p.example:8080", text(out));
  }

  @Test
  void plainHttpMayHaveAWayOfItsOwn() throws Exception {
    WayOut out = WayOut.of(Map.of("https_proxy", PARENT, "HTTP_PROXY", "http://other.example:1"));
    assertEquals("p.example:8080", text(out));
    assertEquals("other.example:1", out.http().orElseThrow().place());
    assertEquals(
        List.of(
            "goes out through the parent proxy p.example:8080, from https_proxy",
            "plain http goes out through the parent proxy other.example:1, from HTTP_PROXY"),
        out.notes());
    assertEquals(1, WayOut.of(Map.of("https_proxy", PARENT, "http_proxy", PARENT)).notes().size());
    assertEquals(out.https(), WayOut.of(Map.of("https_proxy", PARENT)).http());
  }

  @Test
  void aParentMaySpeakTls() throws Exception {
    WayOut out = WayOut.of(Map.of("HTTPS_PROXY", "https://u:secret@p.example:8443"));
    assertEquals(
        List.of("goes out through the parent proxy p.example:8443 within TLS, from HTTPS_PROXY"),
        out.notes());
    Settings.Upstream settings =
        out.upstream(new Settings.Upstream(Parents.NONE, false, Settings.Roots.SYSTEM, List.of()));
    assertTrue(settings.parents().anySpeaksTls());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " "})
  void nothingMeansDirectly(String value) throws Exception {
    WayOut out = WayOut.of(Map.of("HTTPS_PROXY", value, "NO_PROXY", "a.example"));
    assertTrue(out.https().isEmpty());
    assertEquals(List.of(), out.notes());
  }

  @Test
  void withoutASchemeItIsHttp() throws Exception {
    assertEquals("p.example:8080", text(WayOut.of(Map.of("HTTPS_PROXY", " p.example:8080 "))));
  }

  @Test
  void credentialsGoUpAndAreNotShown() throws Exception {
    WayOut out = WayOut.of(Map.of("HTTPS_PROXY", "http://u:secret@p.example:8080"));
    assertTrue(out.https().flatMap(Parents.Parent::authorization).isPresent());
    assertFalse(out.toString().contains("secret"), out.toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://u:secret@p.example",
        "socks5://u:secret@p.example:1",
        "socks5h://u:secret@p.example:1",
        "http://u:secret@p.example",
        "http://u:secret@p.example:99999",
        "http://u:sec ret@p.example:1",
        "secret"
      })
  void whatCannotBeUsedIsSaidWithoutThePassword(String url) {
    WayOut.UnusableException wrong =
        assertThrows(WayOut.UnusableException.class, () -> WayOut.of(Map.of("HTTPS_PROXY", url)));
    assertTrue(wrong.sentence().startsWith("the proxy in `HTTPS_PROXY` cannot be used"));
    assertFalse(wrong.sentence().contains("secret"), wrong.sentence());
  }

  @Test
  void noProxyIsReadInEveryUsualSpelling() throws Exception {
    WayOut out =
        WayOut.of(
            Map.of(
                "HTTPS_PROXY",
                PARENT,
                "no_proxy",
                "a.example, .b.example *.c.example,localhost,10.0.0.1,::1,[::2],",
                "NO_PROXY",
                "not-this.example"));
    assertEquals(
        List.of(
            "Name[name=a.example]",
            "Name[name=b.example]",
            "Name[name=c.example]",
            "Name[name=localhost]",
            "Range[range=10.0.0.1/32]",
            "Range[range=::1/128]",
            "Range[range=::2/128]"),
        past(out));
    assertEquals(1, out.notes().size());
  }

  @Test
  void whatIsNoHostInNoProxyIsSaid() throws Exception {
    WayOut out =
        WayOut.of(
            Map.of("HTTPS_PROXY", PARENT, "NO_PROXY", "10.0.0.0/8,a.example,b.example:80,<local>"));
    assertEquals(3, out.noProxy().size());
    assertTrue(
        out.notes().getLast().startsWith("NO_PROXY holds `<local>`, which is no name"),
        out.toString());
  }

  @Test
  void aStarMeansThatNothingGoesThroughTheParent() throws Exception {
    WayOut out = WayOut.of(Map.of("HTTPS_PROXY", PARENT, "NO_PROXY", "a.example,*"));
    assertTrue(out.https().isEmpty());
    assertEquals(1, out.notes().size());
  }

  private static List<String> past(WayOut out) {
    return out.noProxy().stream().map(NoProxy::what).map(Object::toString).toList();
  }

  private static String text(WayOut out) {
    return out.https().map(parent -> parent.host().text() + ":" + parent.port()).orElse("none");
  }
}
