package dev.sallyport.mitm;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/// The fatal alerts that the gate sends in clear, before any key is agreed (RFC 8446 section 6.2).
public enum TlsAlert {
  /// The gate does not let this tunnel pass.
  ACCESS_DENIED(49);

  private static final int CONTENT_TYPE_ALERT = 21;

  /// What a client of any version reads before one is agreed; for TLS 1.3 it is the
  /// legacy_record_version (RFC 8446 section 5.1).
  private static final int RECORD_VERSION = 0x0303;

  private static final int LEVEL_FATAL = 2;
  private static final int ALERT_OCTETS = 2;
  private static final int RECORD_OCTETS = 5 + ALERT_OCTETS;

  private final int description;

  TlsAlert(int description) {
    this.description = description;
  }

  /// The alert as one whole TLS record, in a new buffer which belongs to the caller.
  public ByteBuf asRecord(ByteBufAllocator allocator) {
    return allocator
        .buffer(RECORD_OCTETS, RECORD_OCTETS)
        .writeByte(CONTENT_TYPE_ALERT)
        .writeShort(RECORD_VERSION)
        .writeShort(ALERT_OCTETS)
        .writeByte(LEVEL_FATAL)
        .writeByte(description);
  }
}
