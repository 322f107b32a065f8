package dev.sallyport.proxy.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.util.Map;

/// The end of what is sent within TLS (`close_notify`): in every layer that a connection has, the
/// inner one first, so that neither end looks like a cut.
public final class TlsEnd {
  private TlsEnd() {}

  /// Says it, behind what was written. On the channel's event loop.
  ///
  /// @return completes when it was written; at once without TLS
  public static Future<Void> say(Channel channel) {
    Future<Void> said = channel.newSucceededFuture();
    for (Map.Entry<String, ChannelHandler> entry :
        channel.pipeline().toMap().entrySet().stream().toList().reversed()) {
      if (entry.getValue() instanceof SslHandler tls) {
        said = tls.closeOutbound();
      }
    }
    return said;
  }
}
