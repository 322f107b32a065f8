package dev.sallyport.proxy.reload;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainDatagramPacket;
import io.netty.channel.unix.DomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SupervisorTest {
  @TempDir private Path folder = Path.of("");

  private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

  private Channel listen(EventLoopGroup loops, String name) {
    return new Bootstrap()
        .group(loops)
        .channel(EpollDomainDatagramChannel.class)
        .handler(
            new SimpleChannelInboundHandler<DomainDatagramPacket>() {
              @Override
              protected void channelRead0(ChannelHandlerContext ctx, DomainDatagramPacket packet) {
                told.add(packet.content().toString(StandardCharsets.UTF_8));
              }
            })
        .bind(new DomainSocketAddress(name))
        .syncUninterruptibly()
        .channel();
  }

  private void isTold(String socket, String name) throws Exception {
    EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    try {
      Channel channel = listen(loops, socket);
      Supervisor supervisor = new Supervisor(Optional.of(name));
      supervisor.ready("policy acme\nREADY=0");
      assertEquals("READY=1\nSTATUS=policy acme READY=0", told.poll(20, TimeUnit.SECONDS));
      supervisor.stopping();
      assertEquals("STOPPING=1", told.poll(20, TimeUnit.SECONDS));
      channel.close().syncUninterruptibly();
    } finally {
      loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }
  }

  @Test
  void readinessAndTheStopAreToldToTheSocket() throws Exception {
    assumeTrue(Epoll.isAvailable());
    String path = folder.resolve("notify").toString();
    isTold(path, path);
  }

  @Test
  void aNameThatIsNoPathIsASocketToo() throws Exception {
    assumeTrue(Epoll.isAvailable());
    String name = "sallyport-supervisor-test-" + ProcessHandle.current().pid();
    isTold("\0" + name, "@" + name);
  }

  @Test
  void whereNobodyWaitsOrListensNothingHappens() {
    String gone = folder.resolve("gone").toString();
    for (String name : new String[] {gone, "@" + gone, "vsock:2:1", "/" + "x".repeat(200)}) {
      assertDoesNotThrow(() -> new Supervisor(Optional.of(name)).ready("x"));
    }
    assertDoesNotThrow(() -> new Supervisor(Optional.empty()).stopping());
    assertNull(told.poll());
  }
}
