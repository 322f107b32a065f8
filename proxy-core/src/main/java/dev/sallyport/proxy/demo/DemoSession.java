package dev.sallyport.proxy.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sallyport.proxy.Gate;
import dev.sallyport.proxy.PolicyRejectedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The script: what the client tries, and what is expected of the gate.
final class DemoSession {
  /// What a client sends in clear in one of the steps, and what must not be found in the audit.
  static final String SECRET = "sk-demo-4f1c9a7e";

  /// What Proxy-Status (RFC 9209) says of the reason.
  private static final Pattern REASON = Pattern.compile("details=\"([a-z-]+)\"");

  /// The line of the policy that a person takes out while the gate runs.
  private static final String TAKEN_OUT = "- docs.example\n";

  private final Gate gate;
  private final DemoClient client;
  private final DemoOrigins origins;
  private final Path policy;
  private final DemoListener listener;
  private final List<Step> steps = new ArrayList<>();

  DemoSession(
      Gate gate, DemoClient client, DemoOrigins origins, Path policy, DemoListener listener) {
    this.gate = gate;
    this.client = client;
    this.origins = origins;
    this.policy = policy;
    this.listener = listener;
  }

  /// What was seen of one step.
  private record Seen(String seen, String remark) {}

  /// Tries one thing.
  private interface Try {
    Seen now() throws IOException;
  }

  /// Plays it.
  ///
  /// @return every step, in order
  List<Step> play() throws IOException, PolicyRejectedException {
    listener.section("What the policy lists goes through, as it is");
    allowed();
    listener.section("What it does not list is refused, and nothing is resolved or dialled");
    refused();
    listener.section("A listed name opens no way round");
    wayRound();
    listener.section("A change of the policy reaches what is open");
    changed();
    return List.copyOf(steps);
  }

  private void allowed() {
    List<String> parts = new ArrayList<>();
    step(
        Step.Kind.ALLOWED,
        "POST https://model.example/v1/messages",
        "200",
        () -> {
          Reply reply =
              client.request(
                  "POST",
                  "https://model.example/v1/messages",
                  "{\"stream\": true}",
                  part -> received(part, parts));
          boolean whole = parts.equals(StreamedAnswer.PARTS);
          return new Seen(
              whole ? code(reply) : "cut short",
              "streamed: " + parts.size() + " parts, none held back");
        });
    page("https://registry.example/left-pad", "TLS from end to end");
    page("https://docs.example/guide", "the same");
    page("http://mirror.example/dists/stable/Release", "plain http, each request by itself");
  }

  private void refused() {
    refusedPage("https://blog.example/post");
    step(
        Step.Kind.REFUSED,
        "POST https://paste.example/new",
        "403 denied-by-rule",
        () -> refusal(client.request("POST", "https://paste.example/new", "stolen", part -> {})));
    step(
        Step.Kind.PROOF,
        "the dead drop behind it",
        "untouched",
        () -> {
          int visitors = origins.deadDrop().visitors();
          return new Seen(
              visitors == 0 ? "untouched" : "visited", visitors + " connections came in");
        });
    connect("169.254.169.254:80", "403 not-listed");
    connect("[::ffff:10.0.0.1]:443", "403 not-listed");
    connect("2130706433:443", "400 malformed");
    connect("model.example:22", "403 port-not-allowed");
  }

  private void wayRound() {
    connect("inside.docs.example:443", "403 address-not-allowed");
    step(
        Step.Kind.REFUSED,
        "CONNECT model.example:443, TLS for paste.example",
        "TLS alert access_denied",
        () ->
            new Seen(
                client.pretend("model.example", "paste.example"),
                "sni-mismatch: the ClientHello must name the host of the CONNECT"));
    step(
        Step.Kind.REFUSED,
        "CONNECT model.example:443, then `SSH-2.0-demo`",
        "TLS alert access_denied",
        () ->
            new Seen(
                client.speak("model.example", "SSH-2.0-demo\r\n"),
                "not-tls: a tunnel carries TLS unless the policy says otherwise"));
    step(
        Step.Kind.REFUSED,
        "GET https://model.example/v1/models, in clear",
        "400 absolute-https",
        () -> refusal(client.inClear("GET", "https://model.example/v1/models")));
  }

  private void changed() throws IOException, PolicyRejectedException {
    try (DemoClient.Tunnel tunnel = client.open("docs.example")) {
      String before = Files.readString(policy, UTF_8);
      Files.writeString(policy, before.replace(TAKEN_OUT, "# " + TAKEN_OUT), UTF_8);
      Gate.Reloaded reloaded = gate.reload();
      step(
          Step.Kind.REFUSED,
          "an open tunnel to docs.example",
          "ended",
          () ->
              new Seen(
                  tunnel.end(),
                  "policy-changed: "
                      + reloaded.policy().stamp().shortText()
                      + " no longer lists it"));
    }
    refusedPage("https://docs.example/guide");
  }

  private void received(String part, List<String> parts) {
    String text = part.strip().replaceFirst("^data: ", "");
    parts.add(text);
    listener.part(text);
    origins.answer().received();
  }

  private void page(String url, String remark) {
    step(
        Step.Kind.ALLOWED,
        "GET " + url,
        "200",
        () -> new Seen(code(client.request("GET", url, "", part -> {})), remark));
  }

  private void refusedPage(String url) {
    step(
        Step.Kind.REFUSED,
        "GET " + url,
        "403 not-listed",
        () -> refusal(client.request("GET", url, "", part -> {})));
  }

  private void connect(String authority, String expected) {
    step(
        Step.Kind.REFUSED,
        "CONNECT " + authority,
        expected,
        () -> refusal(client.connect(authority)));
  }

  private void step(Step.Kind kind, String request, String expected, Try attempt) {
    Step step;
    try {
      Seen seen = attempt.now();
      step = new Step(kind, request, expected, seen.seen, seen.remark);
    } catch (IOException failed) {
      step = new Step(kind, request, expected, "failed: " + failed.getMessage(), "");
    }
    steps.add(step);
    listener.step(step);
  }

  private static Seen refusal(Reply reply) {
    return new Seen(code(reply), reply.why());
  }

  /// `200`, or the status and the reason of a refusal.
  private static String code(Reply reply) {
    Matcher reason = REASON.matcher(reply.headers().getOrDefault("proxy-status", ""));
    return reply.status() + (reason.find() ? " " + reason.group(1) : "");
  }
}
