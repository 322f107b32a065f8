package dev.sallyport.mitm.authority;

import dev.sallyport.mitm.keys.KeyFileException;
import java.util.Map;

/// An authority below the organisation's own certificate, whose files the organisation replaces
/// when it likes; issuers are in memory.
///
/// @param source reads these files
record OwnAuthority(Authority.Source source) implements Keeping {
  Root root() throws AuthorityException {
    try {
      return Root.of(source.read());
    } catch (KeyFileException unreadable) {
      throw new AuthorityException(unreadable);
    }
  }

  @Override
  public Signers alone(Signers known, Change change) throws AuthorityException {
    Root now = root();
    return change.from(
        now.certificate().equals(known.root().certificate())
            ? known
            : known.succeededBy(now, Map.of()));
  }

  @Override
  public void keep(Purpose purpose, Issuer issuer) {
    // It is kept by being used.
  }

  @Override
  public String howToExtend() {
    return howToReplace();
  }

  @Override
  public String howToReplace() {
    return "put a new certificate and its key in the place of those that `intercept.certificate`"
        + " and `intercept.key` name";
  }
}
