package dev.sallyport.proxy.config;

import dev.sallyport.rules.load.Fields;
import java.nio.file.Path;
import java.util.Optional;

/// Reads `tls` of a listener.
final class ListenTlsReader {
  private final SettingValues values;

  ListenTlsReader(SettingValues values) {
    this.values = values;
  }

  /// Empty where there is none, or what there is cannot be used.
  Optional<Listen.Tls> tls(Fields listener) {
    if (!listener.has("tls")) {
      return Optional.empty();
    }
    Fields tls = values.section(listener, "tls");
    Optional<Path> certificate = path(tls, "certificate");
    Optional<Path> key = path(tls, "key");
    Optional<Path> passphrase = path(tls, "passphrase-file");
    Optional<Listen.Clients> clients =
        tls.has("clients") ? clients(values.section(tls, "clients")) : Optional.empty();
    tls.finish();
    if (!tls.has("certificate") || !tls.has("key")) {
      values.problem(
          listener.place("tls"),
          "`tls` of a listener needs `certificate` and `key`",
          "name two PEM files; they may be one and the same");
    }
    return certificate.flatMap(
        own -> key.map(secret -> new Listen.Tls(own, secret, passphrase, clients)));
  }

  /// Whoever names authorities wants to see certificates: they are required unless said otherwise.
  private Optional<Listen.Clients> clients(Fields clients) {
    Optional<Path> authorities = path(clients, "authorities");
    boolean required = clients.bool("required").orElse(true);
    clients.finish();
    if (!clients.has("authorities")) {
      values.problem(
          clients.place(),
          "`clients` needs `authorities`",
          "name a PEM file of those who vouch for clients");
    }
    return authorities.map(file -> new Listen.Clients(file, required));
  }

  private Optional<Path> path(Fields fields, String key) {
    return fields.scalar(key).flatMap(values::path);
  }
}
