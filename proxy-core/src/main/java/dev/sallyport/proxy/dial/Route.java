package dev.sallyport.proxy.dial;

import java.util.Optional;

/// Which way a connection went.
public sealed interface Route {
  /// To a vetted address of the destination.
  record Direct() implements Route {}

  /// Where `connect-to` sends it: the operator's word.
  record ConnectTo() implements Route {}

  /// To the parent proxy: the request must go up in absolute form.
  ///
  /// @param authorization the value of `Proxy-Authorization` for requests in absolute form
  record Parent(Optional<String> authorization) implements Route {}

  /// Through a tunnel that the parent proxy has opened: what goes up is meant for the origin, as
  /// with a direct connection.
  record ParentTunnel() implements Route {}

  /// The word in events.
  default String code() {
    return switch (this) {
      case Direct direct -> "direct";
      case ConnectTo connectTo -> "connect-to";
      case Parent parent -> "parent";
      case ParentTunnel tunnel -> "parent";
    };
  }
}
