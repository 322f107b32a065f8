package dev.sallyport.proxy.exchange;

import dev.sallyport.proxy.limit.Backlog;
import dev.sallyport.proxy.limit.OctetBudget;
import dev.sallyport.proxy.limit.Uploads;
import dev.sallyport.proxy.stage.Side;
import dev.sallyport.proxy.wire.Malformed;
import dev.sallyport.rules.Reason;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One permitted request on its way to the origin and its answer on the way back. Nothing is held:
/// parts pass as they come, and reading stops where the other side cannot be written. Says exactly
/// once how it ended.
public final class Exchange implements OriginLink.Reader {
  /// Interim answers (1xx) that one request may get.
  static final int MAX_INTERIM = 16;

  /// Told once, one of both, on the event loop.
  public interface Listener {
    /// @param end how it went
    void ended(End end);

    /// The origin has agreed to a WebSocket, and the client's answer is written. HTTP is over on
    /// both connections.
    void protocolChanged(OriginLink origin);
  }

  /// How an exchange ended.
  ///
  /// @param status of the answer whose head the client got; empty when it got none, so that one can
  ///   still be sent
  /// @param keepsClient whether the client's connection is in order for a further request
  /// @param keepsOrigin whether the origin's is
  public record End(
      Reason reason,
      Side side,
      OptionalInt status,
      long sent,
      long received,
      boolean keepsClient,
      boolean keepsOrigin) {
    /// The same, with a reason that is known better elsewhere.
    public End because(Reason better) {
      return new End(better, side, status, sent, received, keepsClient, keepsOrigin);
    }
  }

  private final Channel client;
  private final UpstreamRequest request;
  private final ClientSide clientSide;
  private final Duration idle;
  private final OctetBudget.Share share;
  private final Uploads.Upload upload;
  private final Listener listener;
  private final Backlog down;
  private final Queue<HttpContent> early = new ArrayDeque<>(1);
  private @Nullable OriginLink link;
  private @Nullable Backlog up;
  private @Nullable Future<?> idleCheck;
  private long sentBefore;
  private long receivedBefore;
  private long lastActive = System.nanoTime();
  private boolean requestDone;
  private boolean originKeeps;
  private int status;
  private int interim;
  private boolean clientCloses;
  private boolean ended;

  /// What the client's request says of its own connection.
  ///
  /// @param http10 whether it speaks HTTP/1.0, which knows no chunks and no interim answers
  /// @param keepAlive whether it wants to go on after this request
  public record ClientSide(boolean http10, boolean keepAlive) {}

  /// @param idle how long nothing may move
  /// @param share what the client may leave waiting; an exchange for which there is no room ends
  ///   with `limit-exceeded`
  /// @param upload counts the body; the head is the caller's matter
  public Exchange(
      Channel client,
      UpstreamRequest request,
      ClientSide clientSide,
      Duration idle,
      OctetBudget.Share share,
      Uploads.Upload upload,
      Listener listener) {
    this.client = client;
    this.request = request;
    this.clientSide = clientSide;
    this.idle = idle;
    this.share = share;
    this.upload = upload;
    this.listener = listener;
    this.down = new Backlog(share, client);
  }

  /// The request as it goes up.
  public UpstreamRequest request() {
    return request;
  }

  /// Whether the whole request may be sent again on another connection: nothing of an answer has
  /// come.
  public boolean isRepeatable() {
    return link != null
        && link.isReused()
        && link.received() == receivedBefore
        && request.isRepeatable();
  }

  /// The same request for another connection.
  public Exchange again() {
    Exchange next = new Exchange(client, request, clientSide, idle, share, upload, listener);
    next.requestDone = requestDone;
    if (requestDone) {
      next.early.add(LastHttpContent.EMPTY_LAST_CONTENT);
    }
    return next;
  }

  /// Whether it has ended.
  public boolean isOver() {
    return ended;
  }

  /// Sends what there is of the request, and from now on everything as it comes.
  public void connect(OriginLink origin) {
    if (ended) {
      return;
    }
    link = origin;
    up = new Backlog(share, origin.channel());
    sentBefore = origin.sent();
    receivedBefore = origin.received();
    origin.begin(request, this);
    HttpContent part;
    while ((part = early.poll()) != null) {
      origin.write(part);
    }
    origin.channel().flush();
    client.config().setAutoRead(true);
    scheduleIdleCheck(origin, idle.toNanos());
  }

  /// Takes a part of the request's body; takes over its reference.
  public void content(HttpContent part) {
    if (ended) {
      part.release();
      return;
    }
    lastActive = System.nanoTime();
    if (!upload.take(part.content().readableBytes())) {
      part.release();
      end(Reason.UPLOAD_LIMIT, Side.GATE, false);
      return;
    }
    requestDone = part instanceof LastHttpContent;
    HttpContent next = requestDone ? withoutTrailers(part) : part;
    OriginLink origin = link;
    if (origin == null) {
      early.add(next);
      return;
    }
    origin.write(next);
    if (requestDone) {
      origin.channel().flush();
    }
    limit(up, client);
  }

  private void limit(@Nullable Backlog backlog, Channel from) {
    if (!ended && backlog != null && !backlog.written(from)) {
      end(Reason.LIMIT_EXCEEDED, Side.GATE, false);
    }
  }

  /// The client's octets that were read together are handed over.
  public void clientReadComplete() {
    if (link != null) {
      link.channel().flush();
    }
  }

  /// The client's side is writable again.
  public void clientWritable() {
    if (link != null) {
      down.drained(link.channel());
    }
  }

  /// Ends it for a reason that came from outside: the client left, the policy changed, the body was
  /// malformed.
  public void abort(Reason reason, Side side) {
    end(reason, side, false);
  }

  @Override
  public void message(Object message) {
    lastActive = System.nanoTime();
    if (ended) {
      ReferenceCountUtil.release(message);
      return;
    }
    switch (message) {
      case HttpResponse response when response.decoderResult().isFailure() ->
          protocolError(message);
      case HttpResponse response when response.status().code() < 200 -> interim(response);
      case HttpResponse response -> answer(response);
      case HttpContent content when content.decoderResult().isFailure() -> protocolError(message);
      case HttpContent content -> body(content);
      case Malformed malformed -> protocolError(message);
      default -> protocolError(message);
    }
  }

  @Override
  public void readComplete() {
    client.flush();
    if (link != null) {
      limit(down, link.channel());
    }
  }

  @Override
  public void writable() {
    if (up != null) {
      up.drained(client);
    }
  }

  @Override
  public void closed() {
    end(status == 0 ? Reason.ORIGIN_UNREACHABLE : Reason.ORIGIN_PROTOCOL, Side.ORIGIN, false);
  }

  private void interim(HttpResponse response) {
    if (response.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
      changesProtocol(response);
      return;
    }
    if (++interim > MAX_INTERIM) {
      protocolError(response);
      return;
    }
    boolean known =
        response.status().equals(HttpResponseStatus.CONTINUE)
            || response.status().equals(HttpResponseStatus.EARLY_HINTS);
    if (known && !clientSide.http10()) {
      DefaultFullHttpResponse down =
          new DefaultFullHttpResponse(
              HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(response.status().code()));
      client.write(down, client.voidPromise());
    }
  }

  /// Only to WebSocket, only for the key that was sent.
  private void changesProtocol(HttpResponse response) {
    if (status == 0 && request.webSocket().filter(key -> key.isAnsweredBy(response)).isPresent()) {
      status = response.status().code();
      client.write(ClientAnswer.webSocket(response), client.voidPromise());
    } else {
      protocolError(response);
    }
  }

  /// From here on whoever listens has both connections.
  private void protocolChanged(OriginLink origin) {
    stop();
    listener.protocolChanged(origin);
  }

  private void answer(HttpResponse response) {
    if (status != 0) {
      protocolError(response);
      return;
    }
    if (isParentsChallenge(response)) {
      ReferenceCountUtil.release(response);
      end(Reason.PARENT_CREDENTIALS, Side.ORIGIN, false);
      return;
    }
    if (request.webSocket().isPresent()
        && response.status().codeClass() == HttpStatusClass.SUCCESS) {
      // A client of HTTP/2 would take it for a yes (RFC 8441 section 5).
      protocolError(response);
      return;
    }
    status = response.status().code();
    ClientAnswer answer = ClientAnswer.of(response, request, clientSide, requestDone);
    originKeeps = answer.keepsOrigin();
    clientCloses = answer.closesClient();
    client.write(answer.head(), client.voidPromise());
  }

  /// A parent proxy that does not take the gate's credentials asks the gate, not its client.
  private boolean isParentsChallenge(HttpResponse response) {
    return link != null
        && link.isThroughParent()
        && response.status().equals(HttpResponseStatus.PROXY_AUTHENTICATION_REQUIRED);
  }

  private void body(HttpContent content) {
    if (status == 0) {
      // The end of an interim answer.
      content.release();
      if (link != null) {
        link.nextAnswer();
      }
      return;
    }
    if (status == HttpResponseStatus.SWITCHING_PROTOCOLS.code()) {
      content.release();
      if (link != null) {
        protocolChanged(link);
      }
      return;
    }
    if (content instanceof LastHttpContent last) {
      client.write(Fields.withListedTrailers(last), client.voidPromise());
      end(Reason.DONE, Side.ORIGIN, true);
    } else {
      client.write(content, client.voidPromise());
      if (link != null) {
        limit(down, link.channel());
      }
    }
  }

  private void protocolError(Object message) {
    ReferenceCountUtil.release(message);
    end(Reason.ORIGIN_PROTOCOL, Side.ORIGIN, false);
  }

  private void stop() {
    ended = true;
    if (idleCheck != null) {
      idleCheck.cancel(false);
    }
    down.end();
    if (up != null) {
      up.end();
    }
  }

  private void end(Reason reason, Side side, boolean whole) {
    if (ended) {
      return;
    }
    stop();
    HttpContent part;
    while ((part = early.poll()) != null) {
      part.release();
    }
    OriginLink origin = link;
    long sent = origin == null ? 0 : origin.sent() - sentBefore;
    long received = origin == null ? 0 : origin.received() - receivedBefore;
    boolean keepsOrigin = whole && originKeeps && requestDone;
    boolean keepsClient = whole && !clientCloses && requestDone;
    if (origin != null) {
      origin.release();
      if (!keepsOrigin) {
        origin.close();
      }
    }
    client.config().setAutoRead(true);
    OptionalInt seen = status == 0 ? OptionalInt.empty() : OptionalInt.of(status);
    listener.ended(new End(reason, side, seen, sent, received, keepsClient, keepsOrigin));
  }

  private void scheduleIdleCheck(OriginLink origin, long delayNanos) {
    idleCheck =
        origin
            .channel()
            .eventLoop()
            .schedule(() -> checkIdle(origin), delayNanos, TimeUnit.NANOSECONDS);
  }

  private void checkIdle(OriginLink origin) {
    long left = idle.toNanos() - (System.nanoTime() - lastActive);
    if (left > 0) {
      scheduleIdleCheck(origin, left);
    } else {
      end(status == 0 ? Reason.ORIGIN_TIMEOUT : Reason.IDLE, Side.GATE, false);
    }
  }

  /// Trailers are dropped: a field that was not judged with the head must not come in behind it.
  private static LastHttpContent withoutTrailers(HttpContent last) {
    return last instanceof LastHttpContent end && end.trailingHeaders().isEmpty()
        ? end
        : new DefaultLastHttpContent(last.content());
  }
}
