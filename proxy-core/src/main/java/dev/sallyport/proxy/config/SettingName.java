package dev.sallyport.proxy.config;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/// The name of one setting, such as `audit.file`, as `--set` and the environment know it.
///
/// @param dotted keys from the top of `sallyport.yaml`, joined by dots
/// @param form how a value outside the file is read
record SettingName(String dotted, Form form) {
  /// What environment variables of ours begin with.
  static final String ENVIRONMENT_PREFIX = "SALLYPORT_";

  /// How a value that does not come from the file is read.
  enum Form {
    /// As it stands: a path, a number, a word, a URL.
    PLAIN,
    /// As YAML: a list or a mapping, such as `[10.0.0.53]`.
    YAML
  }

  private static final List<SettingName> ALL =
      Stream.concat(
              names(
                  Form.PLAIN,
                  "admin.address",
                  "admin.port",
                  "audit.file",
                  "audit.on-failure",
                  "audit.rotate.keep-for",
                  "audit.rotate.size",
                  "control",
                  "identity.required",
                  "identity.tokens",
                  "intercept.authority",
                  "intercept.certificate",
                  "intercept.key",
                  "intercept.passphrase-file",
                  "intercept.refuse-in-band",
                  "limits.client-hello",
                  "limits.connections",
                  "limits.connections-per-client",
                  "limits.events-per-client",
                  "limits.request-head",
                  "limits.time.client-hello",
                  "limits.time.dial",
                  "limits.time.drain",
                  "limits.time.handshake",
                  "limits.time.idle",
                  "limits.time.request-head",
                  "log.format",
                  "log.level",
                  "policy",
                  "resolve.nat64",
                  "upstream.http-proxy",
                  "upstream.proxy",
                  "upstream.proxy-tls.certificate",
                  "upstream.proxy-tls.key",
                  "upstream.proxy-tls.passphrase-file",
                  "upstream.resolve"),
              names(
                  Form.YAML,
                  "admin.hosts",
                  "connect-to",
                  "gateway.bases",
                  "gateway.hosts",
                  "gateway.web-origins",
                  "listen",
                  "own-addresses",
                  "resolve.hosts",
                  "resolve.servers",
                  "upstream.certificates",
                  "upstream.no-proxy",
                  "upstream.parents",
                  "upstream.proxy-tls.roots",
                  "upstream.roots"))
          .toList();

  /// Every setting.
  static Collection<SettingName> all() {
    return ALL;
  }

  /// The setting with this name.
  static Optional<SettingName> ofDotted(String dotted) {
    return ALL.stream().filter(name -> name.dotted.equals(dotted)).findFirst();
  }

  /// The setting that this environment variable gives.
  static Optional<SettingName> ofVariable(String variable) {
    return ALL.stream().filter(name -> name.variable().equals(variable)).findFirst();
  }

  /// The keys from the top of the file.
  List<String> keys() {
    return Arrays.asList(dotted.split("\\."));
  }

  /// The environment variable, such as `SALLYPORT_AUDIT_FILE`.
  String variable() {
    return ENVIRONMENT_PREFIX + dotted.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  private static Stream<SettingName> names(Form form, String... dotted) {
    return Arrays.stream(dotted).map(name -> new SettingName(name, form));
  }
}
