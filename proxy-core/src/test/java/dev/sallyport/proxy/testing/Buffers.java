package dev.sallyport.proxy.testing;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;

/// Text of ISO 8859-1 in and out of buffers and embedded channels.
public final class Buffers {
  private Buffers() {}

  /// A buffer that belongs to the caller.
  public static ByteBuf of(String text) {
    return Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
  }

  /// A buffer that belongs to the caller.
  public static ByteBuf of(byte[] octets) {
    return Unpooled.copiedBuffer(octets);
  }

  /// What was written to a channel since the last call; buffers are released.
  public static String written(EmbeddedChannel channel) {
    channel.runPendingTasks();
    StringBuilder out = new StringBuilder();
    for (Object next = channel.readOutbound(); next != null; next = channel.readOutbound()) {
      out.append(text(next));
    }
    return out.toString();
  }

  /// What came through a channel's pipeline since the last call; buffers are released.
  public static String read(EmbeddedChannel channel) {
    channel.runPendingTasks();
    StringBuilder out = new StringBuilder();
    for (Object next = channel.readInbound(); next != null; next = channel.readInbound()) {
      out.append(text(next));
    }
    return out.toString();
  }

  private static String text(Object message) {
    if (message instanceof ByteBuf buffer) {
      String text = buffer.toString(StandardCharsets.ISO_8859_1);
      buffer.release();
      return text;
    }
    return "<" + message + ">";
  }
}
