package dev.sallyport.proxy.doctor;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What is to be examined.
///
/// @param gate where the gate should be; empty when nothing names one
/// @param environment of the client
/// @param targets who stands for the outside
/// @param outside who is known to answer outside; the documentation's addresses stand in for them
///   where none is given
/// @param resolver who is known to resolve names outside
/// @param adminPort of the gate
/// @param controls where control sockets may be
/// @param home of the user
/// @param here the working directory
/// @param machine the root of the file system, for what the kernel says of the network
public record Plan(
    Optional<GateAddress> gate,
    Map<String, String> environment,
    Targets targets,
    Expectation expectation,
    Pace pace,
    List<Outside> outside,
    Optional<InetAddress> resolver,
    int adminPort,
    List<Path> controls,
    Path home,
    Path here,
    Path machine,
    InstantSource clock) {
  public Plan {
    environment = Map.copyOf(environment);
    outside = List.copyOf(outside);
    controls = List.copyOf(controls);
  }

  /// How long is waited, and whether tools are run.
  public enum Pace {
    WHOLE(Duration.ofSeconds(2), Duration.ofSeconds(5)),
    /// No tool is run, and the silent are not waited for.
    QUICK(Duration.ofMillis(700), Duration.ofSeconds(3));

    private final Duration direct;
    private final Duration gate;

    Pace(Duration direct, Duration gate) {
      this.direct = direct;
      this.gate = gate;
    }

    /// For answers from outside.
    Duration direct() {
      return direct;
    }

    /// For answers from the gate, which may have to ask somebody first.
    Duration gate() {
      return gate;
    }
  }

  /// Somebody who would answer if there were a way round the gate.
  ///
  /// @param host a name or an address, without brackets
  public record Outside(String host, int port) {}
}
