package dev.sallyport.proxy;

import dev.sallyport.proxy.accept.HeadTimer;
import dev.sallyport.proxy.config.Settings;
import dev.sallyport.proxy.intercept.Alpn;
import dev.sallyport.proxy.stage.Accepted;
import dev.sallyport.proxy.wire.RequestFraming;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponseEncoder;

/// The handlers of a client's connection that speaks HTTP/1.1, whether in clear or within TLS.
final class HttpPipeline {
  private HttpPipeline() {}

  /// Adds those of the protocol that ALPN agreed on.
  static void install(
      String protocol, Channel client, GateParts parts, Accepted accepted, Entry entry) {
    if (protocol.equals(Alpn.HTTP_2)) {
      Http2Pipeline.install(client, parts, accepted, entry);
    } else {
      install(client, parts, accepted, entry);
    }
  }

  /// Adds them at the end of the pipeline.
  static ClientConnection install(Channel client, GateParts parts, Accepted accepted, Entry entry) {
    Settings.Limits bounds = parts.limits();
    HttpDecoderConfig config =
        new HttpDecoderConfig()
            .setMaxInitialLineLength(bounds.requestHead())
            .setMaxHeaderSize(bounds.requestHead());
    RequestFraming framing = new RequestFraming(bounds.requestHead());
    Settings.Times times = bounds.times();
    HeadTimer timer =
        new HeadTimer(
            times.requestHead(),
            entry instanceof Entry.Refused ? times.requestHead() : times.idle());
    ChannelPipeline pipeline = client.pipeline();
    pipeline.addLast(Stages.HEAD_TIMER, timer);
    pipeline.addLast(Stages.FRAMING, framing);
    pipeline.addLast(Stages.DECODE, new HttpRequestDecoder(config));
    pipeline.addLast(Stages.ENCODE, new HttpResponseEncoder());
    ClientConnection connection =
        new ClientConnection(parts, accepted, entry, client, framing, timer);
    pipeline.addLast(Stages.PATH, connection);
    if (client.isActive()) {
      // Nothing will say so any more.
      timer.rest(client);
    }
    return connection;
  }
}
