package dev.sallyport.proxy;

import dev.sallyport.proxy.tunnel.HelloPeek;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import java.nio.charset.StandardCharsets;

/// Answers a CONNECT with `200` and takes HTTP out of the pipeline. The framing goes last: it holds
/// what came right behind the CONNECT.
record HttpHandover(Channel client) implements Handover {
  private static final byte[] ESTABLISHED =
      "HTTP/1.1 200 Connection Established\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  @Override
  public void establish(HelloPeek peek) {
    client.pipeline().addAfter(Stages.PATH, Stages.PEEK, peek);
    client.pipeline().remove(Stages.PATH);
    client.pipeline().remove(Stages.ENCODE);
    client.writeAndFlush(Unpooled.wrappedBuffer(ESTABLISHED), client.voidPromise());
    client.pipeline().remove(Stages.DECODE);
    client.pipeline().remove(Stages.HEAD_TIMER);
  }

  @Override
  public void deliver() {
    client.pipeline().remove(Stages.FRAMING);
    Handover.readOn(client);
  }
}
