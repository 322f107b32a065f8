package dev.sallyport.rules.check;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sallyport.rules.Policy;
import dev.sallyport.rules.load.LoadException;
import dev.sallyport.rules.load.PolicyLoader;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequiredHostsTest {
  private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");
  private static final String BEFORE = "catalog: anthropic/api|all: {classes: [model, web]}";

  private static Policy policy(String text) throws LoadException {
    String[] parts = text.split("\\|", -1);
    return PolicyLoader.load(
        "p.yaml",
        """
        sallyport: 1
        name: p
        classes: {model: {allow: [{%s}]}, web: {allow: [a.example]}}
        profiles: {%s}
        assign: [{any: true, profile: %s}]
        %s
        """
            .formatted(
                parts[0],
                parts[1],
                parts[1].substring(0, parts[1].indexOf(':')),
                parts.length > 2 ? parts[2] : ""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "catalog: anthropic/api|all: {classes: [model]}; 0",
        "catalog: anthropic/api|all: {classes: [web]}; 1",
        "host: api.anthropic.com|all: {classes: [model]}; 0",
        "host: a.example|all: {classes: [model]}; 1",
        "catalog: anthropic/api|other: {classes: [model]}; 0",
        "catalog: anthropic/api|other: {classes: [web]}; 1",
        "catalog: anthropic/api|all: {classes: [model]}|deny: [{host: api.anthropic.com}]; 1",
      })
  void areLostWhereAProfileNoLongerReachesThem(String after, int lost) throws Exception {
    List<String> found = RequiredHosts.lost(policy(BEFORE), policy(after), NOW);
    assertEquals(lost, found.size(), found::toString);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "host: api.anthropic.com|all: {classes: [model]}",
        "catalog: anthropic/api|all: {classes: [web]}",
      })
  void whatNoCatalogueRequiresAndNobodyReachedIsNotLost(String before) throws Exception {
    assertEquals(
        List.of(),
        RequiredHosts.lost(policy(before), policy("host: a.example|all: {classes: [web]}"), NOW));
  }
}
