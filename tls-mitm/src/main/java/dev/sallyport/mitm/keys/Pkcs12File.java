package dev.sallyport.mitm.keys;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// A PKCS#12 file with one key.
final class Pkcs12File {
  private Pkcs12File() {}

  static OwnKey read(Path file, Passphrase passphrase) throws KeyFileException {
    byte[] octets = SmallFile.read(file);
    KeyStore store;
    try {
      store = KeyStore.getInstance("PKCS12");
      store.load(new ByteArrayInputStream(octets), passphrase.characters());
    } catch (IOException | GeneralSecurityException e) {
      throw new KeyFileException(
          file, "it does not open: it is no PKCS#12 file, or the passphrase is another one");
    }
    try {
      List<String> keys = new ArrayList<>();
      for (String alias : Collections.list(store.aliases())) {
        if (store.isKeyEntry(alias)) {
          keys.add(alias);
        }
      }
      if (keys.size() != 1) {
        throw new KeyFileException(file, "it has " + keys.size() + " keys: give it exactly one");
      }
      Key key = store.getKey(keys.getFirst(), passphrase.characters());
      Certificate[] chain = store.getCertificateChain(keys.getFirst());
      if (!(key instanceof PrivateKey own) || chain == null || chain.length == 0) {
        throw new KeyFileException(file, "its key has no certificate");
      }
      List<X509Certificate> certificates = new ArrayList<>();
      for (Certificate each : chain) {
        certificates.add((X509Certificate) each);
      }
      return new OwnKey(own, certificates);
    } catch (GeneralSecurityException | ClassCastException e) {
      throw new KeyFileException(file, "its key does not open: the passphrase is another one");
    }
  }
}
