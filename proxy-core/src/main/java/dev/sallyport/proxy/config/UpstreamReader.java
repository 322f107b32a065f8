package dev.sallyport.proxy.config;

import dev.sallyport.proxy.config.Settings.Parent;
import dev.sallyport.proxy.config.Settings.Upstream;
import dev.sallyport.rules.Host;
import dev.sallyport.rules.load.Fields;
import dev.sallyport.rules.load.Node;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads `upstream`.
final class UpstreamReader {
  private static final String SYSTEM = "system";
  private static final String AT_GATE = "gate";
  private static final String AT_PARENT = "parent";

  private final SettingValues values;

  UpstreamReader(SettingValues values) {
    this.values = values;
  }

  Upstream upstream(Fields root) {
    Fields upstream = values.section(root, "upstream");
    boolean atGate =
        upstream.choice("resolve", List.of(AT_PARENT, AT_GATE)).equals(Optional.of(AT_GATE));
    Upstream read =
        new Upstream(
            proxy(upstream),
            noProxy(upstream),
            atGate,
            roots(upstream),
            new ClientCertificatesReader(values).certificates(upstream));
    upstream.finish();
    return read;
  }

  private Optional<Parent> proxy(Fields upstream) {
    return upstream.scalar("proxy").flatMap(this::parent);
  }

  private Optional<Parent> parent(Node.Scalar url) {
    try {
      return Optional.of(ParentUrl.parse(url.text()));
    } catch (ParentUrl.MalformedException wrong) {
      values.problem(
          url.place(), wrong.why(), "write `http://host:port` or `http://user:password@host:port`");
      return Optional.empty();
    }
  }

  private List<Host> noProxy(Fields upstream) {
    List<Host> hosts = new ArrayList<>();
    for (Node.Scalar host : upstream.texts("no-proxy")) {
      values.host(host).ifPresent(hosts::add);
    }
    return hosts;
  }

  private Settings.Roots roots(Fields upstream) {
    List<Path> files = new ArrayList<>();
    boolean system = false;
    for (Node root : upstream.oneOrMore("roots")) {
      Optional<Node.Scalar> text = upstream.asText("roots", root);
      if (text.map(Node.Scalar::text).equals(Optional.of(SYSTEM))) {
        system = true;
      } else {
        text.flatMap(values::path).ifPresent(files::add);
      }
    }
    return new Settings.Roots(system || files.isEmpty(), files);
  }
}
