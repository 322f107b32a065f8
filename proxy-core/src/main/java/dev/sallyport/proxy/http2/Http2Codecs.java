package dev.sallyport.proxy.http2;

import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Settings;

/// Netty's frame codec with [Http2Bounds] in force.
public final class Http2Codecs {
  private Http2Codecs() {}

  /// The side of a client's connection.
  ///
  /// @param maxHead octets of a request's head
  public static Http2FrameCodec towardsClient(int maxHead) {
    return bounded(Http2FrameCodecBuilder.forServer())
        // Netty keeps pseudo-fields apart from the others, so that only its own check can see that
        // one stood behind a field (RFC 9113 section 8.3). It resets such a stream.
        .validateHeaders(true)
        .initialSettings(
            Http2Settings.defaultSettings()
                .maxConcurrentStreams(Http2Bounds.STREAMS)
                .connectProtocolEnabled(true)
                .initialWindowSize(Http2Bounds.STREAM_WINDOW)
                .maxHeaderListSize(maxHead))
        .build();
  }

  /// The side of an origin's connection. Nothing may be pushed.
  ///
  /// @param maxHead octets of an answer's head
  public static Http2FrameCodec towardsOrigin(int maxHead) {
    return bounded(Http2FrameCodecBuilder.forClient())
        .initialSettings(
            Http2Settings.defaultSettings()
                .pushEnabled(false)
                .initialWindowSize(Http2Bounds.STREAM_WINDOW)
                .maxHeaderListSize(maxHead))
        .build();
  }

  /// Heads of answers are checked by `wire.AnswerHead`, as strictly and in words: what Netty finds
  /// wrong in one it resets, and nobody hears of it.
  private static Http2FrameCodecBuilder bounded(Http2FrameCodecBuilder builder) {
    return builder
        .validateHeaders(false)
        .decoderEnforceMaxConsecutiveEmptyDataFrames(Http2Bounds.EMPTY_DATA)
        .decoderEnforceMaxRstFramesPerWindow(Http2Bounds.RESETS, Http2Bounds.RESET_WINDOW_SECONDS)
        .encoderEnforceMaxRstFramesPerWindow(Http2Bounds.RESETS, Http2Bounds.RESET_WINDOW_SECONDS)
        .decoderEnforceMaxSmallContinuationFrames(Http2Bounds.SMALL_CONTINUATIONS + 1) // exclusive
        .encoderEnforceMaxQueuedControlFrames(Http2Bounds.QUEUED_CONTROL_FRAMES);
  }
}
