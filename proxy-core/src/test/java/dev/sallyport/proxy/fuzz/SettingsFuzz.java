package dev.sallyport.proxy.fuzz;

import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.sallyport.proxy.config.SettingsLoader;
import dev.sallyport.proxy.config.UserFolders;
import dev.sallyport.rules.load.LoadException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/// Settings files: any text is settings, or problems in words.
public final class SettingsFuzz {
  private SettingsFuzz() {}

  /// Throws when something of it does not hold.
  public static void fuzzerTestOneInput(byte[] octets) {
    Map<String, String> environment = Map.of();
    UserFolders folders = UserFolders.of(environment, Scratch.folder());
    try {
      var _ = SettingsLoader.of(folders, environment).load(Scratch.file("sallyport.yaml", octets));
    } catch (LoadException wrong) {
      assertFalse(wrong.problems().isEmpty());
    }
  }

  /// Where a fuzzer starts.
  public static List<byte[]> seeds() {
    return List.of(
            """
            listen: [{address: 127.0.0.1, port: 3128}]
            admin: {address: 127.0.0.1, port: 9328}
            policy: policy.yaml
            audit: {file: audit/x.jsonl}
            resolve: {servers: ["127.0.0.1:53"], hosts: {a.example: 10.0.0.1}}
            limits: {connections: 100, time: {idle: 5m, request-head: 10s}, request-head: 64KiB}
            upstream: {proxy: "http://user:pw@proxy.example:3128", resolve: gate}
            """,
            "listen: []\npolicy: x\n",
            "listen: [{port: 99999}]\npolicy: [a]\n",
            "limits: {time: {idle: -1s}}\n",
            "? [a]\n: b\n")
        .stream()
        .map(text -> text.getBytes(StandardCharsets.UTF_8))
        .toList();
  }
}
