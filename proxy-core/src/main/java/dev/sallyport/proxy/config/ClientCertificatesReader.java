package dev.sallyport.proxy.config;

import dev.sallyport.proxy.config.Settings.ClientCertificate;
import dev.sallyport.rules.Destination;
import dev.sallyport.rules.Host;
import dev.sallyport.rules.load.Fields;
import dev.sallyport.rules.load.Node;
import dev.sallyport.rules.load.Problem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads `upstream.certificates`: for each origin at most one certificate of the gate's own.
final class ClientCertificatesReader {
  private static final String KEY = "certificates";
  private static final int HTTPS = 443;

  private final SettingValues values;

  ClientCertificatesReader(SettingValues values) {
    this.values = values;
  }

  List<ClientCertificate> certificates(Fields upstream) {
    List<ClientCertificate> read = new ArrayList<>();
    for (Node each : upstream.list(KEY)) {
      Fields.of("each of " + Problem.quote(KEY), each, values.problems())
          .flatMap(this::certificate)
          .ifPresent(one -> add(read, one, each));
    }
    return read;
  }

  private void add(List<ClientCertificate> read, ClientCertificate one, Node at) {
    if (read.stream()
        .anyMatch(other -> other.host().equals(one.host()) && other.port() == one.port())) {
      values.problem(
          at.place(),
          Problem.quote(one.host().authorityText() + ":" + one.port()) + " has two certificates",
          "keep one of them");
    }
    read.add(one);
  }

  private Optional<ClientCertificate> certificate(Fields fields) {
    Optional<Host> host = required(fields, "host").flatMap(values::host);
    int port = fields.integer("port", 1, Destination.MAX_PORT).orElse(HTTPS);
    Optional<Path> certificate = required(fields, "certificate").flatMap(values::path);
    Optional<Path> key = required(fields, "key").flatMap(values::path);
    Optional<Path> passphrase = fields.scalar("passphrase-file").flatMap(values::path);
    fields.finish();
    return host.isPresent() && certificate.isPresent() && key.isPresent()
        ? Optional.of(
            new ClientCertificate(host.get(), port, certificate.get(), key.get(), passphrase))
        : Optional.empty();
  }

  private Optional<Node.Scalar> required(Fields fields, String key) {
    if (!fields.has(key)) {
      values.problem(
          fields.place(),
          Problem.quote(key) + " is missing",
          "write `{host: ..., certificate: FILE, key: FILE}`");
    }
    return fields.scalar(key);
  }
}
