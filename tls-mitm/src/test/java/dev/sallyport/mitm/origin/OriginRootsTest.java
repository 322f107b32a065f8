package dev.sallyport.mitm.origin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class OriginRootsTest {
  private static final TestCertificates ROOT = TestCertificates.root("root");

  @Test
  void theSystemsRootsAreThere() {
    OriginRoots system = OriginRoots.system();
    assertTrue(system.size() > 50, () -> system.size() + " roots");
    OriginRoots more = system.and(List.of(ROOT.certificate()));
    assertEquals(system.size() + 1, more.size());
    assertEquals(1, more.named(ROOT.certificate().getSubjectX500Principal()).size());
  }

  @Test
  void othersAreOnlyThose() {
    OriginRoots only = OriginRoots.only(List.of(ROOT.certificate()));
    assertEquals(List.of(ROOT.certificate()), only.certificates());
    TestCertificates namesake = TestCertificates.root("root");
    assertFalse(
        only.contains(Presented.tryRead(namesake.certificate()).orElseThrow()),
        "a namesake is another");
  }
}
