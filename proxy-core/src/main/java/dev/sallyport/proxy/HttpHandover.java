package dev.sallyport.proxy;

import dev.sallyport.proxy.tunnel.HelloPeek;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Answers a CONNECT with `200` and takes HTTP out of the pipeline. The framing goes last: it holds
/// what came right behind the CONNECT, or behind a request that changes the protocol.
record HttpHandover(Channel client) implements Handover {
  private static final byte[] ESTABLISHED =
      "HTTP/1.1 200 Connection Established\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  @Override
  public void establish(HelloPeek peek) {
    client.pipeline().addAfter(Stages.PATH, Stages.PEEK, peek);
    leaveHttp();
    client.writeAndFlush(Unpooled.wrappedBuffer(ESTABLISHED), client.voidPromise());
  }

  /// Takes HTTP out of the pipeline, all but the framing.
  void leaveHttp() {
    for (String stage : List.of(Stages.PATH, Stages.ENCODE, Stages.DECODE, Stages.HEAD_TIMER)) {
      client.pipeline().remove(stage);
    }
  }

  @Override
  public void deliver() {
    client.pipeline().remove(Stages.FRAMING);
    Handover.readOn(client);
  }
}
