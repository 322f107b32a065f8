package dev.sallyport.proxy;

import dev.sallyport.proxy.audit.Subject;
import dev.sallyport.proxy.http2.Http2Codecs;
import dev.sallyport.proxy.http2.Http2Guard;
import dev.sallyport.proxy.http2.StreamRequests;
import dev.sallyport.proxy.http2.UnheardEnds;
import dev.sallyport.proxy.limit.Uploads;
import dev.sallyport.proxy.stage.Accepted;
import dev.sallyport.proxy.stage.Ulid;
import dev.sallyport.rules.Decision;
import dev.sallyport.rules.IdentityMethod;
import dev.sallyport.rules.Reason;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import java.util.OptionalInt;

/// The handlers of a client's connection that speaks HTTP/2 within TLS, and of each of its streams.
final class Http2Pipeline {
  private Http2Pipeline() {}

  /// Adds them at the end of the pipeline.
  static void install(Channel client, GateParts parts, Accepted accepted, Entry entry) {
    Uploads uploads = new Uploads();
    Http2FrameCodec codec = Http2Codecs.towardsClient(parts.limits().requestHead());
    Http2Guard guard =
        new Http2Guard(
            codec,
            parts.limits().times().idle(),
            parts.budget().of(accepted.client().getAddress()));
    client
        .pipeline()
        .addLast(
            Stages.ENDS, new UnheardEnds(codec, reason -> record(reason, client, parts, accepted)));
    client.pipeline().addLast(Stages.FRAMING, codec);
    client
        .pipeline()
        .addLast(
            Stages.DECODE,
            new Http2MultiplexHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel stream) {
                    StreamRequests requests = new StreamRequests();
                    stream.pipeline().addLast(Stages.DECODE, requests);
                    stream
                        .pipeline()
                        .addLast(
                            Stages.PATH,
                            new ClientStream(parts, accepted, entry, stream, requests, uploads));
                  }
                }));
    client.pipeline().addLast(Stages.PATH, guard);
  }

  /// What ends a connection, or a stream before it is a request.
  private static void record(Reason why, Channel client, GateParts parts, Accepted accepted) {
    Decision decision =
        Decision.refused(why, parts.decider().policy().stamp(), IdentityMethod.NONE);
    Subject subject = Subject.of(accepted, Ulid.at(System.currentTimeMillis()));
    var _ = parts.journal().decided(subject, decision, OptionalInt.empty(), client.eventLoop());
  }
}
