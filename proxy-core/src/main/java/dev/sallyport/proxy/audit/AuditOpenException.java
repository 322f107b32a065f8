package dev.sallyport.proxy.audit;

import java.io.IOException;

/// The audit file cannot be used. The message is one sentence for a person: which file, why, and
/// what to do.
public final class AuditOpenException extends IOException {
  private static final long serialVersionUID = 1L;

  AuditOpenException(String message) {
    super(message);
  }

  AuditOpenException(String message, IOException cause) {
    super(message, cause);
  }
}
