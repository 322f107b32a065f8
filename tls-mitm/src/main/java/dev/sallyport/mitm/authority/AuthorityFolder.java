package dev.sallyport.mitm.authority;

import dev.sallyport.mitm.keys.CertificateFile;
import dev.sallyport.mitm.keys.KeyFileException;
import dev.sallyport.mitm.keys.OwnKey;
import dev.sallyport.mitm.keys.Passphrase;
import dev.sallyport.mitm.keys.Pem;
import dev.sallyport.mitm.keys.PrivateKeyFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// An authority in files: `root.pem`, `root.key` unless that is kept elsewhere, and for each issuer
/// one file with key and certificate, so that the two cannot come apart.
///
/// `root.pem` is written last of all, so without it nobody can have come to trust what else is
/// there; and nothing that is there is ever made anew in silence.
final class AuthorityFolder implements Keeping {
  static final String ROOT = "root.pem";
  static final String ROOT_KEY = "root.key";

  private final PrivateFolder folder;

  private AuthorityFolder(PrivateFolder folder) {
    this.folder = folder;
  }

  static Authority open(
      Path path, Permitted permitted, InstantSource clock, Optional<PrivateKey> rootKey)
      throws AuthorityException {
    PrivateFolder folder = PrivateFolder.at(path);
    try (PrivateFolder.Lock _ = folder.lock()) {
      AuthorityFolder kept = new AuthorityFolder(folder);
      Authority authority =
          folder.isEmpty() && rootKey.isEmpty()
              ? kept.make(permitted, clock)
              : kept.read(clock, rootKey);
      authority.refresh(permitted);
      return authority;
    }
  }

  static Authority existing(Path path, InstantSource clock) throws AuthorityException {
    if (!Files.isDirectory(path) || new PrivateFolder(path).isEmpty()) {
      throw new AuthorityException(
          "there is no authority in `" + path + "` yet: a gate makes it when it first needs it");
    }
    return new AuthorityFolder(new PrivateFolder(path)).read(clock, Optional.empty());
  }

  private Authority make(Permitted permitted, InstantSource clock) throws AuthorityException {
    Certificates certificates = new Certificates(new SecureRandom());
    KeyPair keys = certificates.newKeys();
    X509Certificate certificate = certificates.root(keys, clock.instant());
    Root root = Root.of(certificate, Optional.of(keys.getPrivate()));
    Authority authority = new Authority(clock, certificates, this, new Signers(root, Map.of()));
    folder.write(ROOT_KEY, Pem.of(keys.getPrivate()));
    authority.refresh(permitted);
    folder.write(ROOT, Pem.of(certificate));
    return authority;
  }

  private Authority read(InstantSource clock, Optional<PrivateKey> given)
      throws AuthorityException {
    return new Authority(clock, new Certificates(new SecureRandom()), this, signers(given));
  }

  private Signers signers(Optional<PrivateKey> given) throws AuthorityException {
    try {
      if (!Files.exists(folder.file(ROOT))) {
        throw new AuthorityException(
            "the authority in `"
                + folder.path()
                + "` is not whole: `"
                + ROOT
                + "` is missing; put it back, or empty the folder if no client trusts it yet");
      }
      X509Certificate certificate = CertificateFile.read(folder.file(ROOT)).getFirst();
      Optional<PrivateKey> key = given.isPresent() ? given : keyHere();
      if (key.isPresent()) {
        checkKey(certificate, key.get());
      }
      Map<Purpose, Issuer> issuers = new EnumMap<>(Purpose.class);
      for (Purpose purpose : Purpose.values()) {
        issuer(purpose, certificate).ifPresent(issuer -> issuers.put(purpose, issuer));
      }
      return new Signers(Root.of(certificate, key), issuers);
    } catch (KeyFileException e) {
      throw new AuthorityException(e);
    }
  }

  private Optional<PrivateKey> keyHere() throws AuthorityException, KeyFileException {
    if (!Files.exists(folder.file(ROOT_KEY))) {
      return Optional.empty();
    }
    folder.checkPrivate(ROOT_KEY);
    return Optional.of(PrivateKeyFile.read(folder.file(ROOT_KEY), Passphrase.none()));
  }

  private void checkKey(X509Certificate certificate, PrivateKey key) throws AuthorityException {
    if (!new OwnKey(key, List.of(certificate)).belongsTogether()) {
      throw new AuthorityException(
          "the root key is not that of the certificate in `"
              + folder.file(ROOT)
              + "`: give the key that belongs to it");
    }
  }

  private Optional<Issuer> issuer(Purpose purpose, X509Certificate root)
      throws AuthorityException, KeyFileException {
    Path file = folder.file(name(purpose));
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    folder.checkPrivate(name(purpose));
    OwnKey own = OwnKey.pem(file, file, Passphrase.none());
    try {
      own.certificate().verify(root.getPublicKey());
    } catch (java.security.GeneralSecurityException e) {
      throw new AuthorityException(
          "`"
              + file
              + "` was not signed by the root beside it: put back the files of one authority");
    }
    return Optional.of(
        new Issuer(own.key(), own.certificate(), List.of(), Constraints.of(own.certificate())));
  }

  @Override
  public Signers alone(Signers known, Change change) throws AuthorityException {
    if (!Files.isDirectory(folder.path()) || folder.isEmpty()) {
      throw new AuthorityException(
          "the authority that clients trust is no longer in `"
              + folder.path()
              + "`: put its files back, or start the gate anew, which makes another one");
    }
    try (PrivateFolder.Lock _ = folder.lock()) {
      Signers kept = signers(Optional.empty());
      if (!kept.root().certificate().equals(known.root().certificate())) {
        throw new AuthorityException(
            "`"
                + folder.path()
                + "` holds another authority than the one that clients of this gate trust: put its"
                + " files back, or start the gate anew to use the other");
      }
      return change.from(known.succeededBy(kept.root(), kept.issuers()));
    }
  }

  @Override
  public void keep(Purpose purpose, Issuer issuer) throws AuthorityException {
    folder.write(name(purpose), Pem.of(issuer.key()) + Pem.of(issuer.certificate()));
  }

  @Override
  public String howToExtend() {
    return "run `sallyport ca extend --root-key FILE` for the folder `" + folder.path() + "`";
  }

  @Override
  public String howToReplace() {
    return "move the folder `"
        + folder.path()
        + "` away and start the gate anew, which makes another one, and give clients its"
        + " `root.pem`";
  }

  private static String name(Purpose purpose) {
    return purpose.label() + ".pem";
  }
}
