package dev.sallyport.proxy.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.net.InetAddress;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TransportTest {
  @ParameterizedTest
  @EnumSource
  void itsLoopsTakeItsChannels(Transport transport) throws Exception {
    assumeTrue(transport.isAvailable());
    EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, transport.ioHandlers());
    try {
      InetAddress loopback = InetAddress.getLoopbackAddress();
      Channel listener =
          new ServerBootstrap()
              .group(loops)
              .channel(transport.server())
              .childHandler(new ChannelInboundHandlerAdapter())
              .bind(loopback, 0)
              .sync()
              .channel();
      Channel client =
          new Bootstrap()
              .group(loops)
              .channel(transport.client())
              .handler(new ChannelInboundHandlerAdapter())
              .connect(listener.localAddress())
              .sync()
              .channel();
      Channel datagram =
          new Bootstrap()
              .group(loops)
              .channel(transport.datagram())
              .handler(new ChannelInboundHandlerAdapter())
              .bind(loopback, 0)
              .sync()
              .channel();
      assertTrue(client.isActive());
      assertTrue(datagram.isActive());
    } finally {
      loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
    }
  }

  @Test
  void withoutAWordItIsTheNativeOneWhereThereIsOne() {
    Transport expected = Transport.EPOLL.isAvailable() ? Transport.EPOLL : Transport.NIO;
    assertEquals(expected, Transport.chosen(Optional.empty()));
  }

  @Test
  void aWordChooses() {
    assertEquals(Transport.NIO, Transport.chosen(Optional.of("nio")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "NIO", "kqueue"})
  void anotherWordIsRefusedWithTheRightOnes(String word) {
    Exception wrong =
        assertThrows(IllegalArgumentException.class, () -> Transport.chosen(Optional.of(word)));
    assertEquals(
        "`-Dsallyport.transport=" + word + "` names no transport; write `epoll` or `nio`",
        wrong.getMessage());
  }
}
