package dev.sallyport.proxy.fuzz;

import dev.sallyport.proxy.exchange.Exchange;
import dev.sallyport.proxy.exchange.Http1Link;
import dev.sallyport.proxy.exchange.UpstreamRequest;
import dev.sallyport.proxy.limit.OctetBudget;
import dev.sallyport.proxy.limit.Uploads;
import dev.sallyport.proxy.parse.Target;
import dev.sallyport.proxy.parse.TargetParser;
import dev.sallyport.proxy.testing.Buffers;
import dev.sallyport.proxy.testing.DuplexEmbeddedChannel;
import dev.sallyport.proxy.wire.RequestFraming;
import dev.sallyport.rules.Destination;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The gate's own reading of requests, and what it makes of them for the origin: framing, decoder,
/// target, exchange and encoder as in a connection, without the sockets.
final class ThroughTheGate {
  static final int MAX_HEAD = 64 * 1024;
  private static final Duration IDLE = Duration.ofMinutes(30);
  private static final OctetBudget.Share SHARE =
      new OctetBudget().of(InetAddress.getLoopbackAddress());

  private final RequestFraming framing = new RequestFraming(MAX_HEAD);
  private final EmbeddedChannel client =
      new EmbeddedChannel(
          framing,
          new HttpRequestDecoder(
              new HttpDecoderConfig()
                  .setMaxInitialLineLength(MAX_HEAD)
                  .setMaxHeaderSize(MAX_HEAD)));
  private final List<Passed> passed = new ArrayList<>();
  private Optional<OneRequest> current = Optional.empty();

  private ThroughTheGate() {}

  /// A request that came through whole.
  ///
  /// @param body without its framing
  /// @param atOrigin the octets that went up; empty for CONNECT and for targets that are refused
  record Passed(String method, String target, String body, Optional<String> atOrigin) {}

  /// What comes through of a client's octets, one request after the other.
  static List<Passed> requests(byte[] octets, Cuts cuts) {
    ThroughTheGate gate = new ThroughTheGate();
    cuts.segments(octets).forEach(gate::segment);
    gate.current.ifPresent(OneRequest::end);
    gate.client.finishAndReleaseAll();
    return gate.passed;
  }

  private void segment(byte[] octets) {
    client.writeInbound(Buffers.of(octets));
    for (Object next = client.readInbound(); next != null; next = client.readInbound()) {
      switch (next) {
        case HttpRequest head when head.decoderResult().isSuccess() ->
            current = Optional.of(new OneRequest(head));
        case HttpContent part when current.isPresent() && part.decoderResult().isSuccess() ->
            content(current.get(), part);
        default -> ReferenceCountUtil.release(next);
      }
    }
  }

  private void content(OneRequest request, HttpContent part) {
    request.take(part);
    if (part instanceof LastHttpContent) {
      passed.add(request.end());
      current = Optional.empty();
      framing.next();
      client.runPendingTasks();
    }
  }

  private static final class OneRequest {
    private final HttpRequest head;
    private final StringBuilder body = new StringBuilder();
    private final DuplexEmbeddedChannel client =
        new DuplexEmbeddedChannel(new HttpResponseEncoder());
    private final DuplexEmbeddedChannel origin = new DuplexEmbeddedChannel();
    private final Optional<Exchange> exchange;

    OneRequest(HttpRequest head) {
      this.head = head;
      this.exchange =
          TargetParser.parse(head.method().name(), head.uri())
                  instanceof
                  Target.Request(Destination to, String originForm, String path, int queryLength)
              ? Optional.of(exchange(to, originForm))
              : Optional.empty();
    }

    private Exchange exchange(Destination to, String originForm) {
      UpstreamRequest up = UpstreamRequest.of(head, to, originForm, "1.1 sallyport-fuzz");
      Exchange made =
          new Exchange(
              client,
              up,
              new Exchange.ClientSide(false, true),
              IDLE,
              SHARE,
              Uploads.unlimited(),
              new Ends());
      made.connect(new Http1Link(origin, Optional.empty(), MAX_HEAD));
      return made;
    }

    void take(HttpContent part) {
      body.append(part.content().toString(StandardCharsets.ISO_8859_1));
      if (exchange.isPresent()) {
        exchange.get().content(part);
      } else {
        part.release();
      }
    }

    Passed end() {
      origin.flush();
      Optional<String> up = exchange.map(open -> Buffers.written(origin));
      for (DuplexEmbeddedChannel channel : List.of(origin, client)) {
        channel.close();
        channel.runPendingTasks();
        channel.releaseInbound();
        channel.releaseOutbound();
      }
      return new Passed(head.method().name(), head.uri(), body.toString(), up);
    }
  }
}
