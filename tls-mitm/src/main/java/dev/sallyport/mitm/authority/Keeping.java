package dev.sallyport.mitm.authority;

/// Where issuers go once they are made.
interface Keeping {
  /// Called before the issuer is used.
  void keep(Purpose purpose, Issuer issuer) throws AuthorityException;

  /// What to do when an issuer has to be made and the root key is not here.
  String howToExtend();
}
