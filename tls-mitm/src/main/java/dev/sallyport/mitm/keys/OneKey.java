package dev.sallyport.mitm.keys;

import io.netty.handler.ssl.util.SimpleKeyManagerFactory;
import java.net.Socket;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.ManagerFactoryParameters;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/// Shows one key in every handshake. Not through a key store: to put a key into one and take it out
/// again means to encrypt and decrypt it under a password, which costs ten times what the key does.
public final class OneKey extends X509ExtendedKeyManager {
  private static final String ALIAS = "own";

  private final OwnKey own;

  /// @param own what is shown
  public OneKey(OwnKey own) {
    this.own = own;
  }

  /// The same as a factory, which is what BoringSSL's side can keep a parsed key under.
  public KeyManagerFactory factory() {
    return new Factory(this);
  }

  private boolean fits(String type) {
    String algorithm = own.key().getAlgorithm();
    // `EC_EC` is what netty-tcnative calls an EC key in a certificate signed by an EC key.
    return type.equals(algorithm) || (algorithm.equals("EC") && type.equals("EC_EC"));
  }

  private @Nullable String choose(String... types) {
    for (String type : types) {
      if (fits(type)) {
        return ALIAS;
      }
    }
    return null;
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String type, Principal @Nullable [] issuers, SSLEngine engine) {
    return choose(type);
  }

  @Override
  public @Nullable String chooseEngineClientAlias(
      String[] types, Principal @Nullable [] issuers, SSLEngine engine) {
    return choose(types);
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] types, Principal @Nullable [] issuers, Socket socket) {
    return choose(types);
  }

  @Override
  public @Nullable String chooseServerAlias(
      String type, Principal @Nullable [] issuers, Socket socket) {
    return choose(type);
  }

  @Override
  public String[] getClientAliases(String type, Principal @Nullable [] issuers) {
    return fits(type) ? new String[] {ALIAS} : new String[0];
  }

  @Override
  public String[] getServerAliases(String type, Principal @Nullable [] issuers) {
    return getClientAliases(type, issuers);
  }

  @Override
  public X509Certificate[] getCertificateChain(String alias) {
    return own.chain().toArray(X509Certificate[]::new);
  }

  @Override
  public PrivateKey getPrivateKey(String alias) {
    return own.key();
  }

  private static final class Factory extends SimpleKeyManagerFactory {
    private final OneKey key;

    Factory(OneKey key) {
      this.key = key;
    }

    @Override
    protected void engineInit(@Nullable KeyStore store, char @Nullable [] password) {
      // It has all that it needs.
    }

    @Override
    protected void engineInit(ManagerFactoryParameters parameters) {
      // It has all that it needs.
    }

    @Override
    protected KeyManager[] engineGetKeyManagers() {
      return new KeyManager[] {key};
    }
  }
}
