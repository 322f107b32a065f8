package dev.sallyport.proxy.transport;

import java.util.Locale;

/// Why a listener could not be opened. Pure.
public final class BindFailure {
  private BindFailure() {}

  /// What a person can act on; the native transport and the JDK word the same failure differently.
  public static String why(Throwable cause) {
    String message = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
    if (message.contains("in use")) {
      return "another program has that port";
    }
    if (message.contains("permission denied")) {
      return "this user may not use that port";
    }
    if (message.contains("cannot assign") || message.contains("can't assign")) {
      return "it is no address of this machine";
    }
    return message;
  }
}
