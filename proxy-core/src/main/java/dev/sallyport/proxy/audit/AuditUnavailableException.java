package dev.sallyport.proxy.audit;

/// The sink did not take an event. Carries no stack trace: it is a state of the disk, not a bug.
public final class AuditUnavailableException extends Exception {
  private static final long serialVersionUID = 1L;

  public AuditUnavailableException(String message) {
    super(message, null, false, false);
  }
}
