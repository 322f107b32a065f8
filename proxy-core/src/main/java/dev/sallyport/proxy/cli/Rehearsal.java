package dev.sallyport.proxy.cli;

import dev.sallyport.proxy.config.UserFolders;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What the build runs once so that the JVM can write down which classes a start needs and which
/// methods are hot (an AOT cache): the commands whose first second people wait for, and no more,
/// because each start takes in the classes of all of them. The launcher starts it instead of [Main]
/// when it is told where the cache goes.
public final class Rehearsal {
  /// Classes of each policy that is compared.
  private static final int CLASSES = 10;

  /// Entries of each class: so many that the profile of a method says what is hot.
  private static final int ENTRIES = 100;

  /// Every so many entries the second policy has another one.
  private static final int CHANGED_EVERY = 25;

  private Rehearsal() {}

  /// Runs the commands and ends the process: with 0 when all of them did what they should, else
  /// with 1 and their output.
  public static void main(String[] args) throws IOException {
    Path folder = Files.createTempDirectory("sallyport-rehearsal-");
    List<String> failed;
    try {
      failed = run(folder);
    } finally {
      DemoCommand.remove(folder);
    }
    failed.forEach(System.err::println);
    System.exit(failed.isEmpty() ? ExitCode.OK : ExitCode.DOES_NOT_HOLD);
  }

  /// Runs the commands.
  ///
  /// @param folder where files of its own may go
  /// @return the commands that did not end with 0, each with its output
  static List<String> run(Path folder) throws IOException {
    String before = Files.writeString(folder.resolve("before.yaml"), policy("old")).toString();
    String after = Files.writeString(folder.resolve("after.yaml"), policy("new")).toString();
    List<String> failed = new ArrayList<>();
    for (List<String> command :
        List.of(
            List.of("--version"),
            List.of("policy", "check", before),
            List.of("policy", "diff", before, after))) {
      StringWriter output = new StringWriter();
      if (Main.run(surroundings(folder, output), command.toArray(String[]::new)) != ExitCode.OK) {
        failed.add(String.join(" ", command) + System.lineSeparator() + output);
      }
    }
    return failed;
  }

  private static Surroundings surroundings(Path folder, StringWriter output) {
    Map<String, String> environment = Map.of();
    PrintWriter writer = new PrintWriter(output, true);
    return new Surroundings(
        environment,
        UserFolders.of(environment, folder),
        writer,
        writer,
        Style.of(environment),
        InstantSource.system());
  }

  /// A policy with every common kind of entry; the word makes some of its hosts unlike another's.
  private static String policy(String word) {
    StringBuilder text = new StringBuilder("sallyport: 1\nname: rehearsal\nclasses:\n");
    List<String> names = new ArrayList<>();
    for (int i = 0; i < CLASSES; i++) {
      boolean seen = i % 2 == 1;
      names.add("class" + i);
      text.append("  class").append(i).append(":\n");
      text.append(seen ? "    intercept: true\n    allow:\n" : "    allow:\n");
      for (int j = 0; j < ENTRIES; j++) {
        String changed = j % CHANGED_EVERY == CHANGED_EVERY - 1 ? word : "h";
        text.append("      - ").append(entry(changed + j + ".c" + i + ".example", seen, j));
      }
    }
    String all = String.join(", ", names);
    text.append("profiles:\n  all: {classes: [").append(all).append("]}\n");
    text.append("  some: {classes: [class0, class1]}\n");
    text.append("assign:\n  - {token: \"ci-*\", profile: some}\n  - {any: true, profile: all}\n");
    return text.toString();
  }

  private static String entry(String host, boolean seen, int number) {
    return switch (number % 4) {
      case 0 ->
          seen
              ? "{host: %s, methods: [GET, HEAD], paths: [/a%d/**, /b/*/c]}%n"
                  .formatted(host, number)
              : host + "\n";
      case 1 -> "{subdomains-of: " + host + "}\n";
      case 2 -> "{host: " + host + ", ports: [443, 8443]}\n";
      default -> host + "\n";
    };
  }
}
