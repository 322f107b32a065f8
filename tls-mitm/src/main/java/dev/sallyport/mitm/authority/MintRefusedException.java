package dev.sallyport.mitm.authority;

/// No leaf is made, and nothing is wrong with the gate. Carries no stack trace.
public final class MintRefusedException extends Exception {
  private static final long serialVersionUID = 1;

  /// Why not.
  public enum Why {
    /// The client has had its share of leaves for hosts that nobody asked for before.
    BUDGET("this client asked for too many hosts that need a new certificate"),
    /// Too many leaves wait to be made.
    BUSY("too many certificates wait to be made"),
    /// The intercepting issuer may not sign for this host: [Authority#permit] was not called for
    /// the policy, or could do nothing because the root key is kept elsewhere.
    NOT_PERMITTED("the certificate authority may not sign for this host"),
    /// The issuer has ended, and no other could be made.
    ENDED("the certificate authority of the gate has ended"),
    /// The gate stops.
    CLOSED("the gate is stopping");

    private final String sentence;

    Why(String sentence) {
      this.sentence = sentence;
    }
  }

  private final Why why;

  MintRefusedException(Why why) {
    super(why.sentence, null, false, false);
    this.why = why;
  }

  /// Why not.
  public Why why() {
    return why;
  }
}
