package dev.sallyport.rules.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.rules.Entry;
import dev.sallyport.rules.HostPattern;
import dev.sallyport.rules.Policy;
import dev.sallyport.rules.PolicySource.ClassSource;
import dev.sallyport.rules.Treatment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class InterceptedClassesTest {
  private static final String POLICY =
      """
      sallyport: 1
      name: acme
      classes:
        silent: {allow: [a.example, {host: b.example, intercept: never}, {host: c.example, intercept: false}]}
        off: {intercept: false, allow: [d.example]}
        on: {intercept: true, allow: [e.example]}
        never: {intercept: never, allow: [f.example, {host: g.example, intercept: true}]}
      """;

  @Test
  void asWritten() throws Exception {
    assertEquals(List.of("e.example", "g.example"), intercepted(InterceptedClasses.AS_WRITTEN));
  }

  @Test
  void allButWhatSaysOtherwiseOfItselfOrNever() throws Exception {
    assertEquals(
        List.of("a.example", "d.example", "e.example", "g.example"),
        intercepted(InterceptedClasses.ALL));
  }

  @Test
  void conditionsAndPartsOfCataloguesHoldThen() throws Exception {
    String conditions =
        """
        sallyport: 1
        name: acme
        classes:
          packages: {allow: [{catalog: npm/read}, {host: a.example, methods: [GET]}]}
        """;
    assertThrows(LoadException.class, () -> PolicyLoader.load("x.yaml", conditions));
    Policy policy = PolicyLoader.load("x.yaml", conditions, InterceptedClasses.ALL);
    for (Entry entry : policy.source().classes().getFirst().allow()) {
      assertTrue(entry.looksAtRequests(), entry.hosts()::toString);
    }
  }

  private static List<String> intercepted(InterceptedClasses classes) throws Exception {
    List<String> hosts = new ArrayList<>();
    for (ClassSource from : PolicyLoader.load("x.yaml", POLICY, classes).source().classes()) {
      for (Entry entry : from.allow()) {
        if (from.treatment(entry) == Treatment.INTERCEPT) {
          hosts.add(entry.hosts() instanceof HostPattern.Exact(var name) ? name.text() : "?");
        }
      }
    }
    return hosts;
  }
}
