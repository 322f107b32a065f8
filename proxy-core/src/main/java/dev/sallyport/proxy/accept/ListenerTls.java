package dev.sallyport.proxy.accept;

import dev.sallyport.mitm.TlsProvider;
import dev.sallyport.mitm.TlsRules;
import dev.sallyport.mitm.keys.CertificateFile;
import dev.sallyport.mitm.keys.KeyFileException;
import dev.sallyport.mitm.keys.OwnKey;
import dev.sallyport.mitm.keys.Passphrase;
import dev.sallyport.proxy.config.Listen;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLException;

/// TLS of one listener towards its clients: TLS 1.2 and 1.3, HTTP/1.1 by ALPN, the gate's own
/// certificate, and the clients' where they are asked for. [#open] and [#reload] read files and are
/// not for event loops; the rest is for any thread.
public final class ListenerTls {
  /// The first octet of a handshake (RFC 8446 section 5.1).
  public static final int HANDSHAKE = 0x16;

  /// HTTP/2 to the proxy itself is not offered.
  private static final List<String> PROTOCOLS = List.of("http/1.1");

  private static final X509Certificate[] NOBODY = {};

  private final String listener;
  private final Listen.Tls settings;
  private final AtomicReference<Loaded> loaded;

  private record Loaded(SslContext context, Instant expires) {}

  private ListenerTls(String listener, Listen.Tls settings, Loaded loaded) {
    this.listener = listener;
    this.settings = settings;
    this.loaded = new AtomicReference<>(loaded);
  }

  /// Reads the files.
  ///
  /// @param listener its name
  /// @throws CannotSecureException with one sentence
  public static ListenerTls open(String listener, Listen.Tls settings)
      throws CannotSecureException {
    return new ListenerTls(listener, settings, load(listener, settings));
  }

  /// Reads the files again; handshakes that begin from now on use what they say. When anything is
  /// wrong with them, what was read before stays.
  ///
  /// @throws CannotSecureException with one sentence
  public void reload() throws CannotSecureException {
    loaded.set(load(listener, settings));
  }

  /// The name of the listener.
  public String listener() {
    return listener;
  }

  /// When the certificate in use ends.
  public Instant expires() {
    return loaded.get().expires();
  }

  /// For one connection.
  public SslHandler newHandler(ByteBufAllocator allocator) {
    return loaded.get().context().newHandler(allocator);
  }

  /// The files of which a change matters.
  public static List<Path> files(Listen.Tls settings) {
    List<Path> files = new ArrayList<>(List.of(settings.certificate()));
    if (!settings.key().equals(settings.certificate())) {
      files.add(settings.key());
    }
    settings.passphrase().ifPresent(files::add);
    settings.clients().map(Listen.Clients::authorities).ifPresent(files::add);
    return files;
  }

  private static Loaded load(String listener, Listen.Tls settings) throws CannotSecureException {
    try {
      TlsProvider provider = TlsProvider.best();
      OwnKey own = OwnKey.read(settings.certificate(), settings.key(), passphrase(settings));
      SslContextBuilder builder =
          TlsRules.apply(SslContextBuilder.forServer(TlsRules.keys(own, provider)), provider)
              .applicationProtocolConfig(TlsRules.protocols(PROTOCOLS));
      Optional<Listen.Clients> clients = settings.clients();
      if (clients.isPresent()) {
        builder
            .trustManager(
                CertificateFile.read(clients.get().authorities()).toArray(X509Certificate[]::new))
            .clientAuth(clients.get().required() ? ClientAuth.REQUIRE : ClientAuth.OPTIONAL);
      } else {
        // Without a word Netty reads all roots of this Java.
        builder.trustManager(NOBODY);
      }
      return new Loaded(builder.build(), own.certificate().getNotAfter().toInstant());
    } catch (KeyFileException unreadable) {
      throw new CannotSecureException(
          "listener `" + listener + "`: " + unreadable.sentence(), unreadable);
    } catch (SSLException | RuntimeException unusable) {
      throw new CannotSecureException(
          "listener `" + listener + "`: its certificate and key cannot be used for TLS", unusable);
    }
  }

  private static Passphrase passphrase(Listen.Tls settings) throws KeyFileException {
    return settings.passphrase().isPresent()
        ? Passphrase.in(settings.passphrase().get())
        : Passphrase.none();
  }
}
