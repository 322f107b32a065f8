package dev.sallyport.mitm;

import static dev.sallyport.mitm.Reading.hello;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class HelloFingerprintTest {
  private static final int PADDING = 21;
  private static final int PRE_SHARED_KEY = 41;
  private static final int GREASE = 0x3a3a;

  private static long of(HelloBuilder builder) throws MalformedHelloException {
    return hello(builder.record()).fingerprint();
  }

  private static long suites(int... suites) {
    HelloFingerprint fingerprint = new HelloFingerprint();
    fingerprint.cipherSuites(java.util.Arrays.stream(suites).boxed().toList());
    return fingerprint.value();
  }

  private static long extensions(int... types) {
    HelloFingerprint fingerprint = new HelloFingerprint();
    for (int type : types) {
      fingerprint.extension(type);
    }
    return fingerprint.value();
  }

  @Test
  void theHostDoesNotCount() throws Exception {
    assertEquals(of(HelloBuilder.to("a.example")), of(HelloBuilder.to("other.example")));
    assertNotEquals(of(HelloBuilder.to("a.example")), of(HelloBuilder.bare()));
  }

  @Test
  void orderGreasePaddingAndResumptionDoNotCount() {
    assertEquals(suites(0x1301, 0x1302), suites(0x1302, GREASE, 0x1301));
    assertEquals(extensions(10, 13), extensions(13, GREASE, 10, PADDING, PRE_SHARED_KEY));
  }

  @Test
  void whatIsOfferedCounts() {
    assertNotEquals(suites(0x1301, 0x1302), suites(0x1301));
    assertNotEquals(suites(0x1301, 0x1302), suites(0x1301, 0x1303));
    assertNotEquals(suites(0x0a0a + 1), suites());
    assertNotEquals(suites(0x0a1a), suites());
    assertNotEquals(extensions(10), extensions(13));
    assertNotEquals(extensions(10), suites(10));
    HelloFingerprint http2 = new HelloFingerprint();
    http2.protocols(List.of("h2", "http/1.1"));
    HelloFingerprint http1 = new HelloFingerprint();
    http1.protocols(List.of("http/1.1"));
    assertNotEquals(http1.value(), http2.value());
  }

  @Test
  void programsAreToldApart() throws Exception {
    for (RecordedHello one : RecordedHello.all()) {
      assertEquals(hello(one.octets()).fingerprint(), hello(one.octets()).fingerprint());
      assertNotEquals(0, hello(one.octets()).fingerprint());
    }
  }
}
