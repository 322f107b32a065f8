package dev.sallyport.proxy.cli;

import dev.sallyport.proxy.state.KillTargets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/// What a kill switch is against; without any of these, everything.
final class KillOptions {
  @ArgGroup(exclusive = true)
  private @Nullable Target target;

  /// One of them.
  static final class Target {
    @Option(
        names = "--client",
        paramLabel = "NAME|ADDRESS",
        description = "The clients with this token, or from this address or range.")
    private @Nullable String client;

    @Option(
        names = "--host",
        paramLabel = "HOST",
        description = "This host and every name below it, on every scheme and port.")
    private @Nullable String host;

    @Option(
        names = "--class",
        paramLabel = "CLASS",
        description = "What entries of this class allow; no other class steps in.")
    private @Nullable String className;
  }

  /// As arguments of a request.
  Map<String, String> arguments() {
    Map<String, String> arguments = new HashMap<>();
    Target one = target;
    if (one != null) {
      put(arguments, KillTargets.CLIENT, one.client);
      put(arguments, KillTargets.HOST, one.host);
      put(arguments, KillTargets.CLASS, one.className);
    }
    return arguments;
  }

  private static void put(Map<String, String> arguments, String name, @Nullable String value) {
    if (value != null) {
      arguments.put(name, value);
    }
  }
}
