package dev.sallyport.proxy.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.proxy.PolicyOrigin;
import dev.sallyport.rules.Policy;
import dev.sallyport.rules.load.PolicyLoader;
import java.net.InetAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class StartNoticeTest {
  private static final String POLICY =
      """
      sallyport: 1
      name: acme
      classes:
        model: {allow: [model.example]}
        empty: {allow: []}
        wide: {allow: [{any: true, accept-risk: secops}]}
        other: {allow: [other.example]}
        seen: {intercept: true, allow: [seen.example, {host: x.example, intercept: never}]}
        clear: {allow: [{host: mirror.example, scheme: http}]}
      profiles:
        p: {classes: [wide, empty, model]}
        c: {classes: [clear, model]}
        d: {classes: [clear]}
        s: {classes: [seen, clear]}
        q: {classes: [empty]}
      """;

  @Test
  void namesPolicyAndWhatIsOpenInTheOrderOfTheProfile() throws Exception {
    String notice = notice("{any: true, profile: p}", new PolicyOrigin.File(Path.of("x.yaml")));
    assertTrue(notice.matches("policy acme @ [0-9a-f]{7} from x\\.yaml opens tunnels, .*"), notice);
    assertTrue(notice.endsWith("for wide (any host), model"), notice);
  }

  @Test
  void plainHttpIsNoTunnel() throws Exception {
    assertTrue(notice("{any: true, profile: c}").endsWith(" for model; plain http for clear"));
    assertTrue(notice("{any: true, profile: d}").endsWith(" opens plain http for clear"));
  }

  @Test
  void whatIsLookedAtIsNoTunnel() throws Exception {
    String notice = notice("{any: true, profile: s}");
    assertTrue(notice.contains(" looks at every request for seen, and opens tunnels, "), notice);
    assertTrue(notice.endsWith(" for seen; plain http for clear"), notice);
  }

  @Test
  void saysWhenItCameWithTheProgram() throws Exception {
    assertTrue(notice("{anonymous: true, profile: p}").contains(" (built in) "));
  }

  @Test
  void saysThatNothingIsOpen() throws Exception {
    assertTrue(
        notice("{any: true, profile: q}").endsWith(" lists nothing, so that nothing may leave"));
    String nobody = notice("{token: laptop, profile: p}");
    assertTrue(nobody.contains("gives this command no profile"), nobody);
  }

  @Test
  void aPolicyCanNameTheListener() throws Exception {
    assertEquals("run", RunSettings.LISTENER);
    assertTrue(notice("{listener: run, profile: p}").contains("opens tunnels"));
  }

  private static String notice(String assign) throws Exception {
    return notice(assign, new PolicyOrigin.Text("starter", ""));
  }

  private static String notice(String assign, PolicyOrigin origin) throws Exception {
    Policy policy = PolicyLoader.load("x.yaml", POLICY + "assign: [" + assign + "]\n");
    return StartNotice.of(policy, origin, InetAddress.ofLiteral("127.0.0.1"));
  }
}
