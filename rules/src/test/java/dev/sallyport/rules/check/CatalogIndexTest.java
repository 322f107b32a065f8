package dev.sallyport.rules.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.rules.Host;
import dev.sallyport.rules.HostPattern;
import dev.sallyport.rules.TestPolicy;
import dev.sallyport.rules.catalog.Catalog;
import dev.sallyport.rules.catalog.CatalogEntry;
import dev.sallyport.rules.catalog.Catalogs;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CatalogIndexTest {
  private static final CatalogIndex INDEX = CatalogIndex.builtIn();

  @Test
  void everyHostOfACatalogueIsFound() {
    int below = 0;
    for (Catalog catalog : Catalogs.builtIn().all()) {
      for (CatalogEntry entry : catalog.hosts()) {
        Host host =
            switch (entry.pattern()) {
              case HostPattern.Exact(var name) -> name;
              case HostPattern.Below(var name) -> TestPolicy.name("a.b." + name.text());
              case HostPattern.Domain _, HostPattern.Addresses _, HostPattern.Any _ ->
                  throw new AssertionError(entry.toString());
            };
        below += entry.pattern() instanceof HostPattern.Below ? 1 : 0;
        CatalogIndex.Found found = INDEX.find(host).orElseThrow();
        assertTrue(INDEX.opens(found.part()) > 0, found.part());
        // Never one that is needed less.
        assertTrue(found.entry().required() || !entry.required(), host + " " + found);
      }
    }
    assertTrue(below > 0, "some names are found by those above them");
  }

  @Test
  void otherHostsAreNot() {
    assertEquals(Optional.empty(), INDEX.find(TestPolicy.name("none.example")));
    assertEquals(Optional.empty(), INDEX.find(TestPolicy.to("https://192.0.2.1").host()));
    assertEquals(0, INDEX.opens("none/read"));
  }
}
