package dev.sallyport.proxy.config;

import dev.sallyport.proxy.config.Parents.Parent;
import dev.sallyport.proxy.config.Settings.Upstream;
import dev.sallyport.rules.MalformedHostException;
import dev.sallyport.rules.load.Fields;
import dev.sallyport.rules.load.Node;
import dev.sallyport.rules.load.Problem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads `upstream`.
final class UpstreamReader {
  private static final String SYSTEM = "system";
  private static final String AT_GATE = "gate";
  private static final String AT_PARENT = "parent";
  private static final String NONE = "none";

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
            parents(upstream),
            atGate,
            roots(upstream),
            new ClientCertificatesReader(values).certificates(upstream));
    upstream.finish();
    return read;
  }

  private Parents parents(Fields upstream) {
    Optional<Parent> proxy = upstream.scalar("proxy").flatMap(this::parent);
    Optional<Parent> http =
        upstream.has("http-proxy") ? upstream.scalar("http-proxy").flatMap(this::orNone) : proxy;
    return new Parents(proxy, http, byClass(upstream), noProxy(upstream), tls(upstream));
  }

  private Map<String, Optional<Parent>> byClass(Fields upstream) {
    Map<String, Optional<Parent>> byClass = new HashMap<>();
    for (Node.Field field :
        upstream.mapping("parents").map(Node.Mapping::fields).orElse(List.of())) {
      upstream
          .asText(field.name(), field.value())
          .ifPresent(url -> byClass.put(field.name(), orNone(url)));
    }
    return byClass;
  }

  private Optional<Parent> orNone(Node.Scalar url) {
    return url.text().equals(NONE) ? Optional.empty() : parent(url);
  }

  private Optional<Parent> parent(Node.Scalar url) {
    try {
      return Optional.of(ParentUrl.parse(url.text()));
    } catch (ParentUrl.MalformedException wrong) {
      values.problem(
          url.place(),
          wrong.why(),
          "write `http://host:port`, `https://host:port` or `http://user:password@host:port`");
      return Optional.empty();
    }
  }

  private List<NoProxy> noProxy(Fields upstream) {
    List<NoProxy> all = new ArrayList<>();
    for (Node.Scalar text : upstream.texts("no-proxy")) {
      try {
        all.add(NoProxy.parse(text.text()));
      } catch (MalformedHostException wrong) {
        values.problem(
            text.place(),
            Problem.quote(text.text()) + " is not a host or a range: " + wrong.getMessage(),
            "write a name (with what is below it), `.name` (only that), an address or a range,"
                + " and `:port` where only that is meant");
      }
    }
    return all;
  }

  private Parents.Tls tls(Fields upstream) {
    Fields tls = values.section(upstream, "proxy-tls");
    Optional<Node.Scalar> certificate = tls.scalar("certificate");
    Optional<Node.Scalar> key = tls.scalar("key");
    Optional<Path> passphrase = tls.scalar("passphrase-file").flatMap(values::path);
    if (certificate.isPresent() != key.isPresent()) {
      values.problem(
          certificate.or(() -> key).orElseThrow().place(),
          "`certificate` and `key` belong together",
          "write both, or neither");
    }
    Optional<Path> keyFile = key.flatMap(values::path);
    Optional<Parents.Own> own =
        certificate
            .flatMap(values::path)
            .flatMap(file -> keyFile.map(its -> new Parents.Own(file, its, passphrase)));
    Optional<Settings.Roots> roots = tls.has("roots") ? Optional.of(roots(tls)) : Optional.empty();
    tls.finish();
    return new Parents.Tls(roots, own);
  }

  private Settings.Roots roots(Fields section) {
    List<Path> files = new ArrayList<>();
    boolean system = false;
    for (Node root : section.oneOrMore("roots")) {
      Optional<Node.Scalar> text = section.asText("roots", root);
      if (text.map(Node.Scalar::text).equals(Optional.of(SYSTEM))) {
        system = true;
      } else {
        text.flatMap(values::path).ifPresent(files::add);
      }
    }
    return new Settings.Roots(system || files.isEmpty(), files);
  }
}
