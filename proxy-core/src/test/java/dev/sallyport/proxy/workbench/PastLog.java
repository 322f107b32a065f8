package dev.sallyport.proxy.workbench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/// Writes audit files of a test, line by line, as a gate does but without the chain.
public final class PastLog implements AutoCloseable {
  /// The time of the first event; each further one is a second later.
  public static final Instant START = Instant.parse("2026-11-20T08:00:00Z");

  private final Path file;
  private final Writer out;
  private String scheme = "https";
  private String method = "token";
  private long seq;

  private PastLog(Path file, Writer out) {
    this.file = file;
    this.out = out;
  }

  /// Begins a file.
  public static PastLog in(Path folder) throws IOException {
    Path file = folder.resolve("sallyport.jsonl");
    return new PastLog(file, Files.newBufferedWriter(file, StandardCharsets.UTF_8));
  }

  /// The file.
  public Path file() {
    return file;
  }

  /// Clients with a name are known by their certificates from now on.
  public PastLog certified() {
    method = "mtls";
    return this;
  }

  /// A decision about an https host.
  public PastLog decided(String who, String host, int port, String decision, String reason) {
    return line("decision", who, host, port, decision, reason, "");
  }

  /// The end of what was allowed.
  public PastLog closed(String who, String host, int port, long sent, long received) {
    String octets =
        ",\"sallyport.bytes.sent\":" + sent + ",\"sallyport.bytes.received\":" + received;
    return line("close", who, host, port, "allow", "listed", octets);
  }

  /// A decision about a request to an http host, or about one of an intercepted connection.
  ///
  /// @param more further fields, each with a comma before it
  public PastLog requested(String who, String scheme, String host, String decision, String more) {
    this.scheme = scheme;
    int port = scheme.equals("http") ? 80 : 443;
    String reason = decision.equals("allow") ? "listed" : "path-not-allowed";
    line("decision", who, host, port, decision, reason, more);
    this.scheme = "https";
    return this;
  }

  /// An event that counts refusals.
  public PastLog repeated(String reasons) {
    return line(
        "repeated", "", "x", 1, "deny", "", ",\"sallyport.repeated.reasons\":[" + reasons + "]");
  }

  private PastLog line(
      String kind, String who, String host, int port, String decision, String reason, String more) {
    seq++;
    String client =
        who.isEmpty()
            ? "\"sallyport.identity.method\":\"none\""
            : "\"user.name\":\"" + who + "\",\"sallyport.identity.method\":\"" + method + "\"";
    try {
      out.write(
          "{\"time\":\"%s\",\"sallyport.seq\":%d,\"sallyport.event\":\"%s\",\"client.address\":\"192.0.2.7\",%s,\"server.address\":\"%s\",\"server.port\":%d,\"url.scheme\":\"%s\",\"sallyport.listener\":\"main\",\"sallyport.profile\":\"dev\",\"sallyport.decision\":\"%s\",\"sallyport.reason\":\"%s\"%s}\n"
              .formatted(
                  START.plusSeconds(seq - 1),
                  seq,
                  kind,
                  client,
                  host,
                  port,
                  scheme,
                  decision,
                  reason,
                  more));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    return this;
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
