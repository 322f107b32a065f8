package dev.sallyport.proxy.intercept;

import dev.sallyport.mitm.TlsProvider;
import dev.sallyport.mitm.keys.KeyFileException;
import dev.sallyport.mitm.keys.OwnKey;
import dev.sallyport.mitm.keys.Passphrase;
import dev.sallyport.mitm.origin.OriginTls;
import dev.sallyport.proxy.config.Parents;
import dev.sallyport.proxy.config.Settings;
import dev.sallyport.proxy.trust.ParentTls;
import java.time.InstantSource;
import java.util.Optional;

/// Makes TLS with parent proxies ready. Blocks; not for event loops.
public final class ParentTrust {
  private ParentTrust() {}

  /// What the settings say of it; empty where no parent speaks TLS.
  ///
  /// @throws CannotInterceptException with one sentence, when a file cannot be read
  public static Optional<ParentTls> of(Settings.Upstream upstream, InstantSource clock)
      throws CannotInterceptException {
    Parents parents = upstream.parents();
    if (!parents.anySpeaksTls()) {
      return Optional.empty();
    }
    Settings.Roots roots = parents.tls().roots().orElse(upstream.roots());
    return Optional.of(
        new ParentTls(
            new OriginTls(TlsProvider.best(), TrustedRoots.of(roots), clock), own(parents.tls())));
  }

  private static Optional<OwnKey> own(Parents.Tls tls) throws CannotInterceptException {
    if (tls.own().isEmpty()) {
      return Optional.empty();
    }
    Parents.Own files = tls.own().get();
    try {
      Passphrase opens =
          files.passphrase().isPresent()
              ? Passphrase.in(files.passphrase().get())
              : Passphrase.none();
      return Optional.of(OwnKey.read(files.certificate(), files.key(), opens));
    } catch (KeyFileException unreadable) {
      throw new CannotInterceptException(unreadable.sentence(), unreadable);
    }
  }
}
