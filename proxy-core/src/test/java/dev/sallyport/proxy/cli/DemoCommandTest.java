package dev.sallyport.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.proxy.audit.EventSchemaAssert;
import dev.sallyport.proxy.demo.Step;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoCommandTest {
  private static final int COLUMNS = 100;

  @TempDir private Path home = Path.of("");

  @Test
  void everythingGoesAsScripted() throws Exception {
    CommandRun run = CommandRun.of(home, "demo", "--keep").endsWith(ExitCode.OK);
    for (String line :
        List.of(
            "the answer comes in  The gate | is open | to whom | the list | names.",
            "POST https://model.example/v1/messages            200",
            "GET http://mirror.example/dists/stable/Release    200",
            "GET https://blog.example/post                     403 not-listed",
            "POST https://paste.example/new                    403 denied-by-rule",
            "the dead drop behind it                           untouched",
            "CONNECT 169.254.169.254:80                        403 not-listed",
            "CONNECT 2130706433:443                            400 malformed",
            "CONNECT inside.docs.example:443                   403 address-not-allowed",
            "CONNECT model.example:443, TLS for paste.example  TLS alert access_denied",
            "GET https://model.example/v1/models, in clear     400 absolute-https",
            "an open tunnel to docs.example                    ended",
            "the audit's hash chain                            intact",
            "the key that was sent in clear                    not in the audit  nor any",
            "19 of 19 as they should be",
            "./sallyport run -- COMMAND")) {
      assertTrue(run.out().contains(line), () -> line + "\n\n" + run.out());
    }
    assertEquals("", run.err());
    assertEquals(List.of(), run.out().lines().filter(line -> line.length() > COLUMNS).toList());
    Path files = files(run.out());
    for (String name : List.of("policy.yaml", "sallyport.yaml", "audit/sallyport.jsonl")) {
      assertTrue(Files.isRegularFile(files.resolve(name)), name);
    }
    EventSchemaAssert.assertAllValid(files.resolve("audit/sallyport.jsonl"));
    DemoCommand.remove(files);
    assertFalse(Files.exists(files));
  }

  @Test
  void aStepThatWentWrongIsShown() {
    StringWriter out = new StringWriter();
    DemoPage page = new DemoPage(new PrintWriter(out, true), Style.PLAIN);
    Step wrong =
        new Step(Step.Kind.REFUSED, "GET https://blog.example/", "403 not-listed", "200", "");
    page.step(wrong);
    page.end(List.of(wrong), DemoPage.Kept.NO);
    assertTrue(out.toString().contains("`403 not-listed` was expected"), out.toString());
    assertTrue(out.toString().contains("0 of 1 as they should be"), out.toString());
  }

  private static Path files(String out) {
    Matcher line = Pattern.compile("(?m)^files +(\\S+): ").matcher(out);
    assertTrue(line.find(), out);
    return Path.of(line.group(1));
  }
}
