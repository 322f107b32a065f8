package dev.sallyport.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.proxy.admin.ControlCommand;
import dev.sallyport.proxy.admin.ControlReply;
import dev.sallyport.proxy.admin.ControlSocket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// `reload` and `status` as a person types them, against a socket.
class ControlCommandsTest {
  private Path folder;
  private Path socket;
  private ControlSocket gate;

  @BeforeEach
  void openGate() throws Exception {
    folder = Files.createTempDirectory("sp");
    socket = folder.resolve("sallyport.sock");
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("policy", "acme @ 3f9c2e1");
    facts.put("open connections", 3);
    facts.put("listening on", List.of("127.0.0.1:3128", "[::1]:3128"));
    facts.put("title", "\u001b[31mred");
    ControlCommand status = request -> new ControlReply.Done(facts);
    ControlCommand reload =
        request ->
            new ControlReply.Refused(
                "the policy has problems; the one in force stays",
                List.of("policy.yaml:3:5: unknown key `alow`; did you mean `allow`?"));
    gate = ControlSocket.open(socket, Map.of("status", status, "reload", reload));
  }

  @AfterEach
  void close() throws IOException {
    gate.close();
    Files.deleteIfExists(folder.resolve("sallyport.yaml"));
    Files.deleteIfExists(folder);
  }

  @Test
  void statusPrintsFactsBelowOneAnother() {
    CommandRun run = run("status", "--control", socket.toString()).endsWith(0);
    assertEquals(
        """
        policy            acme @ 3f9c2e1
        open connections  3
        listening on      127.0.0.1:3128, [::1]:3128
        title             ?[31mred
        """,
        run.out());
    assertEquals("", run.err());
  }

  @Test
  void statusPrintsJson() {
    CommandRun run = run("status", "--json", "--control", socket.toString()).endsWith(0);
    assertTrue(
        run.out().startsWith("{\"ok\":true,\"facts\":{\"policy\":\"acme @ 3f9c2e1\","), run::out);
  }

  @Test
  void aRefusedReloadPrintsEveryProblem() {
    CommandRun run = run("reload", "--control", socket.toString()).endsWith(1);
    assertEquals("", run.out());
    assertEquals(
        """
        sallyport: the policy has problems; the one in force stays
        policy.yaml:3:5: unknown key `alow`; did you mean `allow`?
        """,
        run.err());
  }

  @Test
  void aRefusedReloadAsJsonIsOneLineOfOutput() {
    CommandRun run = run("reload", "--json", "--control", socket.toString()).endsWith(1);
    assertEquals("", run.err());
    assertEquals(1, run.out().lines().count());
  }

  @Test
  void theSettingsSayWhereTheSocketIs() throws Exception {
    Path config = Files.writeString(folder.resolve("sallyport.yaml"), "control: sallyport.sock\n");
    assertEquals(
        run("status", "--control", socket.toString()),
        run("status", "--config", config.toString()).endsWith(0));
  }

  @Test
  void unreadableSettingsAreTwo() throws Exception {
    Path config = folder.resolve("sallyport.yaml");
    run("status", "--config", config.toString()).endsWith(2);
    Files.writeString(config, "contrl: sallyport.sock\n");
    CommandRun run = run("status", "--config", config.toString()).endsWith(2);
    assertTrue(run.err().contains("sallyport.yaml:1:1: "), run::err);
  }

  @Test
  void noGateIsThree() {
    gate.close();
    CommandRun run = run("status", "--control", socket.toString()).endsWith(3);
    assertTrue(
        run.err().startsWith("sallyport: no gate is listening on `" + socket + "`"), run::err);
  }

  @Test
  void withoutOptionsItIsTheUsersOwn() {
    CommandRun run = run("status").endsWith(3);
    Path own = folder.resolve(".local/state/sallyport/sallyport.sock");
    assertTrue(run.err().contains("`" + own + "`"), run::err);
  }

  private CommandRun run(String... args) {
    return CommandRun.of(folder, args);
  }
}
