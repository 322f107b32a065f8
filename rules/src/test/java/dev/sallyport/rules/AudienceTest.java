package dev.sallyport.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sallyport.rules.Assignment.Condition;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AudienceTest {
  /// `token=ci-*&address=10.0.0.0/8&proven.repository=acme/x&any`; empty for everybody.
  private static Audience audience(String words) {
    List<Condition> all = new ArrayList<>();
    for (String word : words.isEmpty() ? new String[0] : words.split("&", -1)) {
      String key = word.replaceFirst("=.*", "");
      String value = word.replaceFirst(".*=", "");
      all.add(
          switch (key) {
            case "token" -> new Condition.TokenNamed(value);
            case "dns" -> certified(CertificateName.Kind.DNS, value);
            case "sha256" -> certified(CertificateName.Kind.SHA256, value.repeat(64));
            case "address" -> new Condition.From(Cidr.of(value));
            case "listener" -> new Condition.Through(value);
            case "any" -> new Condition.Proven();
            case "anonymous" -> new Condition.Anonymous();
            default -> labels(key, value);
          });
    }
    return new Audience(all);
  }

  private static Condition certified(CertificateName.Kind kind, String value) {
    return new Condition.Certified(CertificateName.of(kind, value).orElseThrow());
  }

  private static Condition labels(String key, String value) {
    TreeMap<String, String> wanted = new TreeMap<>();
    for (String each : value.split(",", -1)) {
      wanted.put(each.substring(0, 1), each.substring(1));
    }
    return key.equals("proven") ? new Condition.Labelled(wanted) : new Condition.Claiming(wanted);
  }

  @ParameterizedTest
  @CsvSource({
    // wider, narrower, includes
    "'', token=a, true",
    "token=a, '', false",
    "any, token=a, true",
    "any, 'proven=ax', true",
    "any, any, true",
    "any, dns=a, true",
    "dns=a, dns=a&address=10.0.0.0/8, true",
    "dns=a, dns=b, false",
    "dns=a, any, false",
    "dns=a, dns=a&dns=b, true",
    "any, address=10.0.0.0/8, false",
    "token=ci-*, token=ci-7, true",
    "token=ci-*, token=ci-7*, true",
    "token=ci-7, token=ci-*, false",
    "token=ci-7, any, false",
    "address=10.0.0.0/8, address=10.1.0.0/16, true",
    "address=10.1.0.0/16, address=10.0.0.0/8, false",
    "address=10.1.0.0/16, any, false",
    "listener=a, listener=a&token=x, true",
    "listener=a, listener=b, false",
    "anonymous, anonymous, true",
    "anonymous, any, false",
    "'proven=ax/*', 'proven=ax/y,bz', true",
    "'proven=ax/*,bz', 'proven=ax/y', false",
    "proven=ax, proven=ay, false",
    "proven=ax, any, false",
    "'claimed=ax*', 'claimed=axy', true",
    "claimed=ax, any, false",
    "claimed=ax, claimed=ay, false",
  })
  void includes(String wider, String narrower, boolean includes) {
    assertEquals(includes, audience(wider).includes(audience(narrower)));
  }

  @ParameterizedTest
  @CsvSource({
    "'', any, true",
    "token=a, token=a, true",
    "token=a*, token=ab, true",
    "token=ab, token=a*, true",
    "token=a, token=b, false",
    "token=a, anonymous, false",
    "token=a, any, true",
    "token=a, proven=ax, true",
    "address=10.0.0.0/8, address=10.1.0.0/16, true",
    "address=10.1.0.0/16, address=10.0.0.0/8, true",
    "address=10.1.0.0/16, address=10.2.0.0/16, false",
    "address=10.1.0.0/16, any, true",
    "listener=a, listener=b, false",
    "listener=a, listener=a, true",
    "listener=a, any, true",
    "proven=ax, proven=ay, false",
    "proven=ax, proven=by, true",
    "'proven=ax*', proven=axy, true",
    "proven=ax, anonymous, false",
    "claimed=ax, claimed=ay, false",
    "claimed=ax, claimed=bx, true",
    "claimed=ax, any, true",
    "anonymous, anonymous, true",
    // The client of a listener of its own is both.
    "any, anonymous, true",
  })
  void meets(String one, String other, boolean meets) {
    assertEquals(meets, audience(one).meets(audience(other)));
    assertEquals(meets, audience(other).meets(audience(one)));
  }

  @Test
  void partsAreTakenAway() {
    Audience all = audience("token=a&claimed=bc&address=10.0.0.0/8");
    assertEquals(audience("token=a&address=10.0.0.0/8"), all.withoutClaims());
    assertEquals(audience("address=10.0.0.0/8"), all.withoutCredentials());
    assertEquals(audience("listener=a"), audience("listener=a&anonymous").withoutAnonymous());
    assertEquals(
        List.of(true, true, false),
        List.of(all.needsClaims(), all.needsCredentials(), all.isAnonymous()));
  }
}
