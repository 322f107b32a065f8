package dev.sallyport.mitm.origin;

import java.security.cert.CertificateException;

/// An origin's certificate is refused. Expected from the network, so it carries no stack trace.
public final class OriginCertificateException extends CertificateException {
  private static final long serialVersionUID = 1;

  private final OriginProblem problem;
  private final String sentence;

  /// @param sentence for people; our words, and nothing of the certificate but dates
  OriginCertificateException(OriginProblem problem, String sentence) {
    super(sentence);
    this.problem = problem;
    this.sentence = sentence;
  }

  /// What is wrong.
  public OriginProblem problem() {
    return problem;
  }

  /// What is wrong, in words.
  public String sentence() {
    return sentence;
  }

  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
