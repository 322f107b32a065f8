package dev.sallyport.proxy.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `--set` over the environment over the file.
class OverridesTest {
  @TempDir private Path folder = Path.of("");
  private SettingsText text = new SettingsText(folder);

  @BeforeEach
  void start() {
    text = new SettingsText(folder);
  }

  @Test
  void anOptionCountsMoreThanAVariableAndAVariableMoreThanTheFile() throws Exception {
    String file = "audit: {file: a}\nlog: {level: warn}\nlimits: {connections: 1}";
    Settings settings =
        text.environment(
                Map.of("SALLYPORT_AUDIT_FILE", "b", "SALLYPORT_LOG_LEVEL", "debug", "HOME", "/x"))
            .set("audit.file=c")
            .read(file);
    assertEquals(folder.resolve("c"), settings.audit().file());
    assertEquals("debug", settings.log().level());
    assertEquals(1, settings.limits().connections());
  }

  @Test
  void theLastOfSeveralOptionsCounts() throws Exception {
    assertEquals(7, text.set("admin.port=5", "admin.port=7").read("").admin().orElseThrow().port());
  }

  @Test
  void whatIsBesideAnOverrideInTheFileStays() throws Exception {
    Settings settings =
        text.set("limits.time.dial=1s").read("limits: {connections: 3, time: {idle: 1m}}");
    assertEquals(3, settings.limits().connections());
    assertEquals(60, settings.limits().times().idle().toSeconds());
    assertEquals(1, settings.limits().times().dial().toSeconds());
  }

  @Test
  void everyScalarAndEveryListCanBeGiven() throws Exception {
    Settings settings =
        text.environment(Map.of("SALLYPORT_LISTEN", "[{address: 127.0.0.1, port: 0}]"))
            .set(
                "resolve.servers=[10.0.0.53]",
                "connect-to={\"*:443\": 127.0.0.1:8443}",
                "upstream.proxy=http://u:a%23b@proxy.example:1",
                "identity.required=true")
            .read("");
    assertEquals(0, settings.listen().getFirst().port());
    assertEquals(1, settings.resolve().servers().size());
    assertEquals(1, settings.connectTo().size());
    assertTrue(settings.identity().required());
  }

  @Test
  void anEmptyVariableIsNoneAndTheLaunchersAreNotSettings() throws Exception {
    assertEquals(
        List.of(),
        text.environment(
                Map.of(
                    "SALLYPORT_AUDIT_FILE", "",
                    "SALLYPORT_NONSENSE", "",
                    "SALLYPORT_HOME", "/opt/sallyport",
                    "SALLYPORT_JAVA", "/opt/java",
                    "SALLYPORT_JAVA_OPTS", "-Xmx1g"))
            .problems(""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          audit.fil=x        | --set: `audit.fil` is no setting that can be given here; did you mean `audit.file`?
          zzz=x              | --set: `zzz` is no setting that can be given here; settings are named by the keys of `sallyport.yaml`
          audit=x            | --set: `audit` is no setting that can be given here; settings are named by the keys of `sallyport.yaml`
          audit.file         | --set: a name, `=` and a value are expected; write `audit.file=/var/log/sallyport.jsonl`
          audit.file=        | --set: a name, `=` and a value are expected; write `audit.file=/var/log/sallyport.jsonl`
          admin.port=x       | --set admin.port: `port` must be a whole number of 0 to 65535, not `x`
          listen=[           | --set listen:1:2: a value is expected here; write one, or quote it
          limits.time.idle=5 | --set limits.time.idle: `idle` must be a duration of 1ms to 30d, not `5`; write a number and ms, s, m, h or d, as in `10s`
          """)
  void aWrongOptionIsAProblemAtItsName(String option, String problem) throws IOException {
    assertEquals(List.of(problem), text.set(option).problems(""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          SALLYPORT_AUDIT_FIEL | x | SALLYPORT_AUDIT_FIEL: this environment variable names no setting; did you mean `SALLYPORT_AUDIT_FILE`?
          SALLYPORT_ADMIN_PORT | x | SALLYPORT_ADMIN_PORT: `port` must be a whole number of 0 to 65535, not `x`
          """)
  void aWrongVariableIsAProblemAtItsName(String name, String value, String problem)
      throws IOException {
    assertEquals(List.of(problem), text.environment(Map.of(name, value)).problems(""));
  }

  @Test
  void noProblemShowsAValueThatIsOfUnknownName() throws IOException {
    List<String> problems =
        text.environment(Map.of("SALLYPORT_UPSTREAM_PROXI", "http://u:topsecret@h:1"))
            .set("upstream.proxi=http://u:topsecret@h:1", "upstream.proxy=http://u:topsecret@h")
            .problems("");
    assertEquals(3, problems.size());
    assertFalse(problems.toString().contains("topsecret"), problems.toString());
  }

  @Test
  void aFileThatHasSomethingElseThereIsSaidToBeWrong() throws IOException {
    assertEquals(
        List.of("sallyport.yaml:1:8: `audit` must be a mapping, not text; write `key: value`"),
        text.set("audit.file=x").problems("audit: 5"));
  }

  @Test
  void noTwoSettingsShareAVariable() {
    Set<String> variables = new HashSet<>();
    for (SettingName name : SettingName.all()) {
      assertTrue(variables.add(name.variable()), name.dotted());
    }
  }
}
