package dev.sallyport.proxy.admin;

import java.util.Map;

/// What is asked of a gate over its control socket.
///
/// @param command the command's name, such as `reload`
/// @param arguments what else it needs to know, by name
public record ControlRequest(String command, Map<String, String> arguments) {
  public ControlRequest {
    arguments = Map.copyOf(arguments);
  }

  /// A command that needs nothing else.
  public static ControlRequest of(String command) {
    return new ControlRequest(command, Map.of());
  }
}
