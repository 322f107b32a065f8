package dev.sallyport.proxy.doctor;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;

/// What became of an attempt to reach somebody without the gate.
enum Attempt {
  /// Somebody answered.
  OPEN("an answer"),
  /// The gate took it, and refused.
  TAKEN("taken by the gate, which refuses"),
  /// The address is this machine's own, so that nothing leaves it.
  OWN("answered by this machine itself"),
  /// This machine knows no way there.
  NO_ROUTE("no route"),
  /// Refused at once: by a filter, or by whoever has the address.
  REFUSED("refused"),
  /// A filter of this machine forbids it.
  FORBIDDEN("forbidden by this machine"),
  /// A router on the way says that it cannot be reached.
  UNREACHABLE("unreachable"),
  /// The name cannot be resolved.
  NO_NAME("no such name here"),
  /// It was sent, and nothing came back in time.
  SILENT("no answer");

  private final String words;

  Attempt(String words) {
    this.words = words;
  }

  String words() {
    return words;
  }

  /// Whether it proves by itself that this way is closed. A silent or unreachable address proves it
  /// only where somebody is known to answer there.
  boolean provesClosed() {
    return switch (this) {
      case TAKEN, OWN, NO_ROUTE, REFUSED, FORBIDDEN, NO_NAME -> true;
      case OPEN, UNREACHABLE, SILENT -> false;
    };
  }

  /// What a failure of the network says. Messages are the operating system's.
  static Attempt of(IOException failed) {
    String message = Optional.ofNullable(failed.getMessage()).orElse("").toLowerCase(Locale.ROOT);
    if (failed instanceof SocketTimeoutException || message.contains("timed out")) {
      return SILENT;
    }
    if (failed instanceof UnknownHostException) {
      return NO_NAME;
    }
    if (message.contains("network is unreachable")
        || message.contains("address family")
        || message.contains("protocol family")
        || message.contains("cannot assign requested address")
        || message.contains("network unreachable")) {
      return NO_ROUTE;
    }
    if (message.contains("not permitted") || message.contains("permission denied")) {
      return FORBIDDEN;
    }
    if (failed instanceof PortUnreachableException || message.contains("refused")) {
      return REFUSED;
    }
    return failed instanceof NoRouteToHostException
            || message.contains("route to host")
            || failed instanceof ConnectException
        ? UNREACHABLE
        : SILENT;
  }
}
