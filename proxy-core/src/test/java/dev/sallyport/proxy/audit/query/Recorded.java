package dev.sallyport.proxy.audit.query;

import dev.sallyport.proxy.audit.EventReader;
import dev.sallyport.proxy.audit.RecordedEvent;
import dev.sallyport.proxy.audit.RecordedLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Events of tests, as they come out of a file.
final class Recorded {
  static final String DECISION =
      """
      {"time":"2026-11-21T03:46:00.123456Z","sallyport.seq":7,\
      "sallyport.event.id":"01KAHQ0000000000000000CCCC","sallyport.event":"decision",\
      "client.address":"198.51.100.9","client.port":40000,"user.name":"ci-7",\
      "sallyport.labels.repository":"acme/shop","sallyport.claimed.job":"build",\
      "server.address":"api.example.com","server.port":443,"http.request.method":"CONNECT",\
      "user_agent.original":"=cmd|'/c calc'!A1, \\"x\\"","sallyport.class":"model",\
      "sallyport.decision":"allow","sallyport.reason":"allowed",\
      "sallyport.rule.source":"policy.yaml:12"}\
      """;

  static final String CLOSE =
      """
      {"time":"2026-11-21T03:46:02.000000Z","sallyport.seq":8,"sallyport.event":"close",\
      "user.name":"ci-7","server.address":"api.example.com","server.port":443,\
      "sallyport.class":"model","sallyport.decision":"allow","sallyport.reason":"allowed",\
      "sallyport.bytes.sent":2048,"sallyport.bytes.received":34000,"sallyport.duration_ms":2100,\
      "sallyport.end":"done","sallyport.end.side":"client"}\
      """;

  static final String REJECTED =
      """
      {"time":"2026-11-21T03:46:03.000000Z","sallyport.seq":9,"sallyport.event":"policy.rejected",\
      "sallyport.policy.problems":["line 3: no such class","line 9: a port"]}\
      """;

  private Recorded() {}

  static RecordedEvent event(String line) {
    try {
      Path file = Files.createTempFile("event", ".jsonl");
      Files.writeString(file, line + "\n");
      try (EventReader reader = EventReader.open(file)) {
        return switch (reader.next().orElseThrow()) {
          case RecordedLine.Event(Path from, long number, RecordedEvent event) -> event;
          case RecordedLine.Bad bad -> throw new AssertionError(bad.text());
        };
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
