package dev.sallyport.proxy.admin;

import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One connection to the admin listener: one request at a time, each with a bound in time. Runs on
/// the listener's event loop.
///
/// It answers the next request, and reads on, only when the last answer has left, so a client that
/// sends requests and reads no answers makes nothing pile up: at most the requests of one read
/// wait.
final class AdminConnection extends ChannelInboundHandlerAdapter {
  /// Time for a whole request to arrive, counted from the connection's start or the last answer; it
  /// is also how long a connection may rest.
  static final Duration REQUEST_TIME = Duration.ofSeconds(30);

  /// Time for an answer to be taken by the client.
  static final Duration ANSWER_TIME = Duration.ofSeconds(10);

  private static final Logger LOG = LoggerFactory.getLogger(AdminConnection.class);

  private final AdminAnswers answers;
  private final Deque<FullHttpRequest> waiting = new ArrayDeque<>();
  private boolean answering;
  private boolean inputEnded;
  private @Nullable Future<?> deadline;

  AdminConnection(AdminAnswers answers) {
    this.answers = answers;
  }

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    awaitRequest(ctx);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    // The aggregator before this one passes on nothing else.
    waiting.add((FullHttpRequest) message);
    if (!answering) {
      answerNext(ctx);
    }
  }

  /// A client may end its side and still wait for its answers (`nc` does).
  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      inputEnded = true;
      if (!answering) {
        ctx.close();
      }
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    cancelDeadline();
    waiting.forEach(FullHttpRequest::release);
    waiting.clear();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    // Expected garbage from the network is quiet; anything else is a bug of ours.
    if (!(cause instanceof IOException)) {
      LOG.error("an admin connection failed", cause);
    }
    ctx.close();
  }

  /// After a request that was not understood, what follows on the connection is not known either.
  private static boolean wasUnderstood(HttpResponseStatus status) {
    return status.code() != HttpResponseStatus.BAD_REQUEST.code();
  }

  private void answerNext(ChannelHandlerContext ctx) {
    FullHttpRequest request = waiting.poll();
    answering = request != null;
    if (request == null) {
      awaitRequest(ctx);
      return;
    }
    closeAfter(ctx, ANSWER_TIME);
    try {
      answer(ctx, request);
    } finally {
      request.release();
    }
  }

  private void answer(ChannelHandlerContext ctx, FullHttpRequest request) {
    FullHttpResponse response = answers.answer(request);
    boolean keep = HttpUtil.isKeepAlive(request) && wasUnderstood(response.status());
    HttpUtil.setKeepAlive(response.headers(), request.protocolVersion(), keep);
    ctx.writeAndFlush(response)
        .addListener(
            (ChannelFutureListener)
                written -> {
                  if (keep && written.isSuccess()) {
                    // Not at once: a thousand requests in one read would nest as deep.
                    ctx.executor().execute(() -> answerNext(ctx));
                  } else {
                    ctx.close();
                  }
                });
  }

  private void awaitRequest(ChannelHandlerContext ctx) {
    if (inputEnded) {
      ctx.close();
    } else if (ctx.channel().isActive()) {
      closeAfter(ctx, REQUEST_TIME);
      ctx.read();
    }
  }

  private void closeAfter(ChannelHandlerContext ctx, Duration time) {
    cancelDeadline();
    deadline = ctx.executor().schedule(() -> ctx.close(), time.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void cancelDeadline() {
    Future<?> running = deadline;
    if (running != null) {
      running.cancel(false);
    }
  }
}
