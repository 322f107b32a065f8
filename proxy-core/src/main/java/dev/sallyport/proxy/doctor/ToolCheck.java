package dev.sallyport.proxy.doctor;

import static dev.sallyport.proxy.doctor.Group.TOOLS;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Runs one tool against the host of the gate's own pages.
///
/// @param environment of the client
/// @param folder where it runs: one without settings of somebody else's
record ToolCheck(
    Tool tool,
    Path program,
    Map<String, String> environment,
    Tool.Files files,
    Path folder,
    Trust trust)
    implements Check {
  /// For a tool on a busy machine.
  private static final Duration PATIENCE = Duration.ofSeconds(12);

  /// No questions, no colours, no other language, no second try.
  private static final Map<String, String> ENVIRONMENT =
      Map.of(
          "LC_ALL", "C",
          "GIT_TERMINAL_PROMPT", "0",
          "CARGO_NET_RETRY", "0",
          "CARGO_TERM_COLOR", "never",
          "NO_COLOR", "1",
          "NO_UPDATE_NOTIFIER", "1");

  /// Whether the gate has an authority that tools must trust.
  enum Trust {
    NEEDED,
    NOT_NEEDED
  }

  @Override
  public Group group() {
    return TOOLS;
  }

  @Override
  public String name() {
    return tool.label();
  }

  @Override
  public List<Probe> probes() {
    return List.of(
        new Probe(
            TOOLS,
            name(),
            GateClient.OWN_HOST + ":443, through the gate",
            "a request of the tool, which the gate refuses"));
  }

  @Override
  public List<Finding> look() throws InterruptedException {
    Map<String, String> all = new HashMap<>(environment);
    all.putAll(ENVIRONMENT);
    CommandOutput output =
        CommandOutput.of(tool.command(program.toString(), files), folder, all, PATIENCE);
    Tool.Way way = Tool.way(output);
    return way == Tool.Way.NOT_THERE ? List.of() : List.of(judge(tool, way, output, trust));
  }

  /// What the way that a tool took means. Pure.
  static Finding judge(Tool tool, Tool.Way way, CommandOutput output, Trust trust) {
    String name = tool.label();
    return switch (way) {
      case TRUSTS -> Finding.fine(TOOLS, name, "goes through the gate and trusts its authority");
      case REFUSED ->
          trust == Trust.NOT_NEEDED
              ? Finding.fine(TOOLS, name, "goes through the gate, which needs no trust")
              : Finding.note(
                  TOOLS,
                  name,
                  "goes through the gate, which refused it without TLS",
                  "whether it trusts the authority shows only where the gate refuses in band"
                      + " (`intercept.refuse-in-band: always`)");
      case DISTRUSTS ->
          Finding.fails(
              TOOLS,
              name,
              "goes through the gate and does not trust its authority",
              "set " + tool.trustVariable() + " as `sallyport ca env` prints it");
      case NO_CREDENTIALS ->
          Finding.fails(
              TOOLS,
              name,
              "reaches the gate without credentials that it takes (407)",
              tool == Tool.JAVA
                  ? "JVMs send none of themselves: assign a profile by address or listener, or use"
                      + " `sallyport run`"
                  : "put NAME:TOKEN into the proxy variables: http://NAME:TOKEN@HOST:PORT");
      case DIRECT ->
          Finding.fails(
              TOOLS,
              name,
              "does not go through the gate: it looked the name up by itself",
              direct(tool));
      case NOBODY ->
          Finding.fails(
              TOOLS,
              name,
              "found nobody where it went",
              "see whether the gate runs, and whether a setting of the tool's own names another"
                  + " proxy");
      case TOO_LONG ->
          Finding.fails(
              TOOLS,
              name,
              "had no answer in time; a tool that goes past the gate waits like this",
              direct(tool));
      case UNKNOWN, NOT_THERE ->
          Finding.fails(
              TOOLS,
              name,
              "says something else: " + Tool.lastLine(output),
              "run it by hand: " + tool.program() + " with https://" + GateClient.OWN_HOST + "/");
    };
  }

  private static String direct(Tool tool) {
    return switch (tool) {
      case CURL -> "export https_proxy, and look for `noproxy` or `proxy` in ~/.curlrc";
      case GIT -> "export https_proxy, and look at `git config --get-regexp proxy`";
      case NPM -> "export https_proxy, and look at `npm config get proxy https-proxy noproxy`";
      case NODE, PYTHON, REQUESTS -> "export https_proxy and HTTPS_PROXY";
      case PIP -> "export https_proxy, and look at `pip config list`";
      case CARGO -> "export https_proxy, and look at `http.proxy` in ~/.cargo/config.toml";
      case JAVA ->
          "export JAVA_TOOL_OPTIONS with -Dhttps.proxyHost and -Dhttps.proxyPort: JVMs read no"
              + " proxy variable";
    };
  }
}
