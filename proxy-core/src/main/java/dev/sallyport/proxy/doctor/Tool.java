package dev.sallyport.proxy.doctor;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A program that agents and scripts use, and how it is made to ask for the host of the gate's own
/// pages over https. The gate refuses that, and how the program speaks of the refusal shows the way
/// that it took and whom it trusts. Nothing leaves the gate.
enum Tool {
  CURL("curl", "CURL_CA_BUNDLE") {
    @Override
    List<String> command(String program, Files files) {
      return List.of(
          program,
          "-sS",
          "-o",
          "/dev/null",
          "-w",
          "connect %{http_connect} status %{http_code}",
          "--max-time",
          "8",
          URL);
    }
  },
  GIT("git", "GIT_SSL_CAINFO") {
    @Override
    List<String> command(String program, Files files) {
      return List.of(program, "-c", "credential.helper=", "ls-remote", URL + "doctor.git");
    }
  },
  NODE("node", "NODE_EXTRA_CA_CERTS") {
    @Override
    List<String> command(String program, Files files) {
      return List.of(program, "-e", ToolScripts.NODE);
    }
  },
  NPM("npm", "npm_config_cafile") {
    @Override
    List<String> command(String program, Files files) {
      return List.of(
          program,
          "ping",
          "--registry",
          URL,
          "--fetch-retries=0",
          "--fetch-timeout=8000",
          "--logs-max=0",
          "--update-notifier=false");
    }
  },
  PYTHON("python3", "SSL_CERT_FILE") {
    @Override
    List<String> command(String program, Files files) {
      return List.of(program, "-c", ToolScripts.PYTHON);
    }
  },
  REQUESTS("python3", "REQUESTS_CA_BUNDLE") {
    @Override
    List<String> command(String program, Files files) {
      return List.of(program, "-c", ToolScripts.REQUESTS);
    }
  },
  PIP("pip3", "PIP_CERT") {
    @Override
    List<String> command(String program, Files files) {
      return List.of(
          program,
          "download",
          "--no-deps",
          "--no-cache-dir",
          "--disable-pip-version-check",
          "--retries",
          "0",
          "--timeout",
          "8",
          "-d",
          files.folder(),
          URL + "sallyport_doctor-1-py3-none-any.whl");
    }
  },
  JAVA("java", "JAVA_TOOL_OPTIONS") {
    @Override
    List<String> command(String program, Files files) {
      return List.of(program, "-XX:TieredStopAtLevel=1", files.javaSource(), URL);
    }
  },
  CARGO("cargo", "CARGO_HTTP_CAINFO") {
    @Override
    List<String> command(String program, Files files) {
      return List.of(program, "search", "--index", "sparse+" + URL, "--limit", "1", "sallyport");
    }
  };

  private static final String URL = "https://" + GateClient.OWN_HOST + "/";

  /// A refusal that was read within TLS.
  private static final Pattern TOLD =
      Pattern.compile(
          "connect 200 status 403|status 403|returned error: 403|code e403|got 403|http error 403"
              + "|403 client error");

  private static final Pattern CONNECT_REFUSED =
      Pattern.compile(
          "connect 403|tunnel failed,? (?:response )?403|tunnel connection failed: 403"
              + "|http code 403 from proxy|proxy returns \"http/1.1 403");

  private static final Pattern CREDENTIALS =
      Pattern.compile(
          "(?:response|status|connect|failed:|error:) 407|code e407|407 proxy auth|407 from proxy");

  private static final Pattern DISTRUST =
      Pattern.compile(
          "certificate[ _]verif|certificate problem|issuer certificate|self[- _]signed"
              + "|unable_to_(?:get_issuer|verify)|not trusted|pkix path|peer certificate"
              + "|confirming the ssl certificate|sslerror|certificate verify failed");

  private static final Pattern DIRECT =
      Pattern.compile(
          "could not resolve|couldn't resolve|enotfound|eai_again|name or service not known"
              + "|failed to resolve|name resolution|unknownhost|no-proxy|nodename nor servname");

  private static final Pattern GATE_DOWN =
      Pattern.compile(
          "failed to connect|couldn't connect|could not connect|econnrefused|connection refused"
              + "|connectexception|gate econn|etimedout|network is unreachable");

  private static final Pattern NOT_THERE =
      Pattern.compile("no module named|cannot be started|no default toolchain|no such module");

  private final String program;
  private final String trustVariable;

  Tool(String program, String trustVariable) {
    this.program = program;
    this.trustVariable = trustVariable;
  }

  /// What some of the programs are given to read.
  ///
  /// @param folder an empty one of the doctor's own
  /// @param javaSource a program in one file
  record Files(String folder, String javaSource) {}

  abstract List<String> command(String program, Files files);

  /// The program's name on the PATH.
  String program() {
    return program;
  }

  /// As it stands in the table.
  String label() {
    return this == REQUESTS ? "python3 requests" : program;
  }

  /// The variable that names the certificates that it trusts.
  String trustVariable() {
    return trustVariable;
  }

  /// What its output shows.
  enum Way {
    /// Through the gate, whose refusal it read: it trusts the authority.
    TRUSTS,
    /// Through the gate, which it does not trust.
    DISTRUSTS,
    /// Through the gate, which refused without TLS.
    REFUSED,
    /// Through the gate, which wants credentials.
    NO_CREDENTIALS,
    /// Not through the gate: it looked the name up by itself.
    DIRECT,
    /// Nobody answered where it went.
    NOBODY,
    /// It was not over in time.
    TOO_LONG,
    /// The module or tool chain is not installed.
    NOT_THERE,
    /// It says something that the doctor does not know.
    UNKNOWN
  }

  /// Reads the way that a tool took from what it printed. Pure.
  static Way way(CommandOutput output) {
    String text = output.text().toLowerCase(Locale.ROOT);
    if (NOT_THERE.matcher(text).find()) {
      return Way.NOT_THERE;
    }
    if (CREDENTIALS.matcher(text).find()) {
      return Way.NO_CREDENTIALS;
    }
    if (DISTRUST.matcher(text).find()) {
      return Way.DISTRUSTS;
    }
    if (CONNECT_REFUSED.matcher(text).find()) {
      return Way.REFUSED;
    }
    if (TOLD.matcher(text).find()) {
      return Way.TRUSTS;
    }
    if (DIRECT.matcher(text).find()) {
      return Way.DIRECT;
    }
    if (GATE_DOWN.matcher(text).find()) {
      return Way.NOBODY;
    }
    return output.exit() == CommandOutput.NOT_OVER ? Way.TOO_LONG : Way.UNKNOWN;
  }

  /// The last line that a tool printed, shortened.
  static String lastLine(CommandOutput output) {
    Matcher line = Pattern.compile("[^\\n]*\\S[^\\n]*\\s*\\z").matcher(output.text());
    String last = line.find() ? line.group().strip() : "";
    return Optional.of(last.length() <= 80 ? last : last.substring(0, 80) + "...")
        .filter(text -> !text.isEmpty())
        .orElse("nothing");
  }
}
