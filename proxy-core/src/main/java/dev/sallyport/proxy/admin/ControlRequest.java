package dev.sallyport.proxy.admin;

import java.util.Map;
import java.util.Optional;

/// What is asked of a gate over its control socket.
///
/// @param command the command's name, such as `reload`
/// @param arguments what else it needs to know, by name
/// @param by the user of the machine who asks, as the system says; empty where it is not known
public record ControlRequest(String command, Map<String, String> arguments, String by) {
  public ControlRequest {
    arguments = Map.copyOf(arguments);
  }

  /// A request that is to be sent.
  public ControlRequest(String command, Map<String, String> arguments) {
    this(command, arguments, "");
  }

  /// The same, asked by this user.
  ControlRequest askedBy(String user) {
    return new ControlRequest(command, arguments, user);
  }

  /// Whether an argument is given.
  public boolean has(String name) {
    return arguments.containsKey(name);
  }

  /// An argument.
  public Optional<String> argument(String name) {
    return Optional.ofNullable(arguments.get(name));
  }

  /// A command that needs nothing else.
  public static ControlRequest of(String command) {
    return new ControlRequest(command, Map.of());
  }
}
