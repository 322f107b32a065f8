package dev.sallyport.mitm.authority;

/// An authority that ends with the process.
record InMemory() implements Keeping {
  @Override
  public Signers alone(Signers known, Change change) throws AuthorityException {
    return change.from(known);
  }

  @Override
  public void keep(Purpose purpose, Issuer issuer) {
    // It is kept by being used.
  }

  @Override
  public String howToExtend() {
    return "start the gate anew";
  }

  @Override
  public String howToReplace() {
    return howToExtend();
  }
}
