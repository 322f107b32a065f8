package dev.sallyport.proxy.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.proxy.fuzz.StrictHttp.Kind;
import dev.sallyport.proxy.fuzz.StrictHttp.Message;
import dev.sallyport.proxy.fuzz.StrictHttp.Rest;
import dev.sallyport.proxy.fuzz.ThroughTheGate.Passed;
import dev.sallyport.proxy.parse.Target;
import dev.sallyport.proxy.parse.TargetParser;
import dev.sallyport.rules.Destination;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Requests of a client: what the gate allows, what a strict reader makes of the client's octets
/// and what a strict reader at the origin makes of the gate's are one and the same, however the
/// octets were cut.
public final class RequestFuzz {
  private static final Set<String> STAY_HERE =
      Set.of("connection", "keep-alive", "te", "trailer", "upgrade", "proxy-authorization");

  private RequestFuzz() {}

  /// Throws when something of it does not hold.
  public static void fuzzerTestOneInput(byte[] octets) {
    List<Passed> passed = ThroughTheGate.requests(octets, Cuts.NONE);
    assertEquals(readings(passed), readings(ThroughTheGate.requests(octets, Cuts.of(octets))));
    List<Message> strict = StrictHttp.read(Cuts.text(octets), Kind.REQUESTS).messages();
    for (int i = 0; i < passed.size(); i++) {
      assertTrue(strict.size() > i, "a strict reader does not take request " + i);
      isTheSame(strict.get(i), passed.get(i));
    }
  }

  /// Where chunks begin depends on the segments, what they hold does not.
  private static List<List<String>> readings(List<Passed> passed) {
    return passed.stream().map(p -> List.of(p.method(), p.target(), p.body())).toList();
  }

  private static void isTheSame(Message strict, Passed passed) {
    assertEquals(strict.method(), passed.method());
    assertEquals(strict.target(), passed.target());
    assertEquals(strict.body(), passed.body());
    Target target = TargetParser.parse(passed.method(), passed.target());
    assertEquals(target instanceof Target.Request, passed.atOrigin().isPresent());
    if (target
        instanceof Target.Request(Destination to, String originForm, String path, int query)) {
      assertTrue(originForm.startsWith(path));
      assertEquals(
          query < 0 ? originForm.length() : path.length() + 1 + query, originForm.length());
      holdsAtTheOrigin(to, originForm, passed);
    }
  }

  private static void holdsAtTheOrigin(Destination to, String originForm, Passed passed) {
    StrictHttp.Reading reading = StrictHttp.read(passed.atOrigin().orElseThrow(), Kind.REQUESTS);
    assertEquals(Rest.NOTHING, reading.rest());
    assertEquals(1, reading.messages().size());
    Message message = reading.messages().getFirst();
    assertEquals(passed.method(), message.method());
    assertEquals(originForm, message.target());
    assertEquals(passed.body(), message.body());
    String host = to.port() == 80 ? to.host().authorityText() : to.authority();
    assertEquals(Optional.of(host), StrictHttp.only(message.values("host")));
    for (StrictHttp.Field field : message.fields()) {
      assertFalse(STAY_HERE.contains(field.name()), field::name);
    }
  }

  /// Where a fuzzer starts.
  public static List<byte[]> seeds() {
    String get = "GET http://example.com/a?b HTTP/1.1\r\nHost: example.com\r\n";
    String post = "POST http://example.com:8080/ HTTP/1.1\r\nHost: a\r\n";
    String chunked = post + "Transfer-Encoding: chunked\r\n\r\n";
    return List.of(
            get + "\r\n",
            "\r\n" + get + "X:\r\nY:  \t v \t\r\n\r\n",
            get + "\r\n" + get + "\r\n",
            get + "Connection: close, x-a\r\nX-A: 1\r\nTE: trailers\r\n\r\n",
            get + "Content_Length: 5\r\nTransfer_Encoding: chunked\r\n\r\n",
            get + "Host: b\r\n\r\n",
            get + "X: caf\u00e9\r\n\r\n",
            post + "Content-Length: 5\r\n\r\nhello" + get + "\r\n",
            post + "Content-Length: 005\r\n\r\nhello",
            post + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
            post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            post + "Expect: 100-continue\r\nContent-Length: 2\r\n\r\nok",
            chunked + "5\r\nhello\r\n0\r\n\r\n",
            chunked + "5;a=b;c=\"d;\\\"e\"\r\nhello\r\n0;x\r\nX-T: 1\r\n\r\n" + get + "\r\n",
            chunked + "0A\r\n0123456789\r\n0\r\nContent-Length: 3\r\n\r\n",
            chunked + "80000000\r\n",
            chunked + "5\r\nhello0\r\n\r\n",
            "CONNECT example.com:443 HTTP/1.1\r\nHost: example.com\r\n\r\n\u0016\u0003\u0001",
            "CONNECT example.com:443 HTTP/1.0\r\n\r\n",
            "OPTIONS http://[::1]:81 HTTP/1.1\r\nHost: [::1]:81\r\n\r\n",
            "HEAD HTTP://Example.COM.?x HTTP/1.0\r\n\r\n",
            "GET /x HTTP/1.1\r\nHost: example.com\r\n\r\n",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            "GET http://example.com/ HTTP/1.1\nHost: a\n\n",
            get + "A: b\r\n c\r\n\r\n")
        .stream()
        .map(text -> text.getBytes(StandardCharsets.ISO_8859_1))
        .toList();
  }
}
