package dev.sallyport.proxy.http2;

/// What a peer of HTTP/2 may do. docs/limits.md has every bound of the gate in one table.
public final class Http2Bounds {
  /// Streams of one connection at a time.
  public static final int STREAMS = 100;

  /// Octets of a stream's body that may be on their way to us unread.
  public static final int STREAM_WINDOW = 64 * 1024;

  /// The same for all streams of a connection, so that one that is not read does not stop the
  /// others.
  public static final int CONNECTION_WINDOW = 1024 * 1024;

  /// Requests at a time on one connection to an origin: so few that those whose clients do not read
  /// cannot stop the others. A connection's window is refilled when half of it has been read, so
  /// their windows together are no more than the other half.
  public static final int ORIGIN_STREAMS = CONNECTION_WINDOW / 2 / STREAM_WINDOW;

  /// Streams that a peer may reset within [#RESET_WINDOW_SECONDS], and that it may have us reset
  /// (CVE-2023-44487, CVE-2025-8671).
  public static final int RESETS = 200;

  public static final int RESET_WINDOW_SECONDS = 30;

  /// Empty DATA frames in a row that do not end a stream (CVE-2019-9518).
  public static final int EMPTY_DATA = 8;

  /// Small CONTINUATION frames of one head (CVE-2024-27316).
  public static final int SMALL_CONTINUATIONS = 16;

  /// Answers to SETTINGS and PING that may wait to be written (CVE-2019-9512, CVE-2019-9515).
  public static final int QUEUED_CONTROL_FRAMES = 1000;

  /// SETTINGS, PING and unknown frames that a peer may send within [#CONTROL_WINDOW_SECONDS].
  public static final int CONTROL_FRAMES = 500;

  public static final int CONTROL_WINDOW_SECONDS = 10;

  private Http2Bounds() {}
}
