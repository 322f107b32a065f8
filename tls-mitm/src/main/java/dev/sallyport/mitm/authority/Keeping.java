package dev.sallyport.mitm.authority;

/// Where an authority is kept.
interface Keeping {
  /// Makes a change while nobody else makes one.
  ///
  /// @param known what this authority knew last
  /// @param change is given what is kept now, which somebody else may have brought up to date
  /// @return what the change makes of it
  /// @throws AuthorityException when what is kept cannot be read, or is another authority; or that
  ///   of the change
  Signers alone(Signers known, Change change) throws AuthorityException;

  /// Called before the issuer is used.
  void keep(Purpose purpose, Issuer issuer) throws AuthorityException;

  /// What to do when an issuer has to be made and the root key is not here.
  String howToExtend();

  /// What to do when the root has ended.
  String howToReplace();

  /// A step from what signs to what signs next.
  interface Change {
    /// Takes it.
    Signers from(Signers kept) throws AuthorityException;
  }
}
