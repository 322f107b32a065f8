package dev.sallyport.proxy.trust;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// The variables that make common tools trust the gate's authority beside the roots that they trust
/// already.
public final class TrustVariables {
  /// Tools that take one file in place of their own roots, so that it has to hold both.
  private static final List<String> BUNDLE =
      List.of(
          "SSL_CERT_FILE",
          "CURL_CA_BUNDLE",
          "REQUESTS_CA_BUNDLE",
          "PIP_CERT",
          "GIT_SSL_CAINFO",
          "CARGO_HTTP_CAINFO",
          "AWS_CA_BUNDLE",
          "DENO_CERT",
          "CODEX_CA_CERTIFICATE",
          "npm_config_cafile",
          "YARN_HTTPS_CA_FILE_PATH");

  /// Node adds it to its own roots.
  private static final String NODE = "NODE_EXTRA_CA_CERTS";

  /// The options that every JVM reads.
  static final String JVM = "JAVA_TOOL_OPTIONS";

  private TrustVariables() {}

  /// All of them with their values, in the order in which they are shown.
  ///
  /// @param environment what the client has; options for JVMs go behind those that stand there
  public static Map<String, String> of(TrustFiles files, Map<String, String> environment) {
    Map<String, String> variables = new LinkedHashMap<>();
    // What was added to Node's own roots before must not be lost.
    boolean added = !environment.getOrDefault(NODE, "").isBlank();
    variables.put(NODE, (added ? files.bundle() : files.root()).toString());
    for (String name : BUNDLE) {
      variables.put(name, files.bundle().toString());
    }
    String before = environment.getOrDefault(JVM, "").strip();
    variables.put(JVM, (before + " " + jvm(files)).strip());
    return variables;
  }

  /// The variables that name a file of certificates each.
  public static List<String> names() {
    return Stream.concat(Stream.of(NODE), BUNDLE.stream()).toList();
  }

  /// Whether a variable names a file of certificates; npm takes its names in any mixture of
  /// capitals.
  public static boolean namesFile(String variable) {
    return variable.equals(NODE)
        || BUNDLE.stream()
            .anyMatch(
                name ->
                    name.startsWith("npm_")
                        ? name.equalsIgnoreCase(variable)
                        : name.equals(variable));
  }

  private static String jvm(TrustFiles files) {
    return JvmOptions.quoted("-Djavax.net.ssl.trustStore=" + files.store())
        + " -Djavax.net.ssl.trustStoreType=PKCS12 -Djavax.net.ssl.trustStorePassword="
        + TrustFiles.STORE_PASSWORD;
  }
}
