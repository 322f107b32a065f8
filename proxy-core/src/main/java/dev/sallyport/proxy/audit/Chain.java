package dev.sallyport.proxy.audit;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;

/// Gives events their numbers and hashes and lines them up in one buffer until they are written.
/// The writer thread's own.
///
/// What was lined up counts only after [#accept]; [#reject] forgets it, and numbers and hashes go
/// on as if it had never been, so that an event which could not be written leaves no hole.
final class Chain {
  private final JsonLine lines = new JsonLine();
  private final MessageDigest digest = Seal.sha256();
  private final EventJson json;
  private final Optional<SigningKey> key;
  private ChainHead accepted;
  private long seq;
  private String prev;

  /// The number of the last checkpoint that was lined up, and of the last one that was accepted.
  private long checkpoint;

  private long acceptedCheckpoint;

  /// A chain whose records are not signed.
  Chain(ChainHead head) {
    this(head, Optional.empty());
  }

  Chain(ChainHead head, Optional<SigningKey> key) {
    this.json = new EventJson(lines);
    this.key = key;
    this.accepted = head;
    this.seq = head.seq();
    this.prev = head.hash();
    this.checkpoint = head.seq();
    this.acceptedCheckpoint = head.seq();
  }

  /// Whether checkpoints are signed, and so of any use.
  boolean signs() {
    return key.isPresent();
  }

  /// Events since the last checkpoint, or since this began.
  long unsigned() {
    return seq - checkpoint;
  }

  /// Lets every event that is lined up from now on carry the id of an emergency; on any thread.
  void mark(Optional<String> glass) {
    json.mark(glass);
  }

  /// Lets every event that is lined up from now on carry this session; on any thread.
  void belongTo(String session) {
    json.belongTo(session);
  }

  /// The last event that was accepted.
  ChainHead head() {
    return accepted;
  }

  /// The number of the first event that is lined up, or of the next one when none is.
  long firstSeq() {
    return accepted.seq() + 1;
  }

  /// Octets lined up.
  int octets() {
    return lines.length();
  }

  /// Events lined up.
  int events() {
    return (int) (seq - accepted.seq());
  }

  /// The lines; valid until the next call of another method.
  ByteBuffer lines() {
    return lines.from(0);
  }

  /// Lines up one more event. When that fails nothing has changed.
  void add(AuditEvent event) {
    int start = lines.length();
    try {
      json.write(event, seq + 1);
      boolean signed = isSigned(event);
      if (signed) {
        key.ifPresent(signer -> sign(signer, start));
      }
      lines.code(EventField.PREV, prev);
      digest.reset();
      lines.digest(digest, start);
      digest.update((byte) '}');
      String hash = HexFormat.of().formatHex(digest.digest());
      lines.code(EventField.HASH, hash);
      lines.end();
      lines.newLine();
      prev = hash;
      seq++;
      checkpoint = signed ? seq : checkpoint;
    } catch (RuntimeException e) {
      lines.truncate(start);
      throw e;
    }
  }

  /// The lines are in the file.
  void accept() {
    accepted = new ChainHead(seq, prev);
    acceptedCheckpoint = checkpoint;
    lines.truncate(0);
  }

  /// The lines are not in the file.
  void reject() {
    seq = accepted.seq();
    prev = accepted.hash();
    checkpoint = acceptedCheckpoint;
    lines.truncate(0);
  }

  private void sign(SigningKey signer, int start) {
    lines.code(EventField.KEY, signer.id());
    byte[] line = lines.copy(start);
    byte[] message = SignedLine.message(line, 0, line.length, prev);
    lines.code(EventField.SIGNATURE, SigningKey.text(signer.sign(message)));
  }

  private static boolean isSigned(AuditEvent event) {
    return switch (event) {
      case AuditEvent.Administrative administrative -> administrative.kind().isSigned();
      case AuditEvent.Decided _ -> false;
      case AuditEvent.Closed _ -> false;
    };
  }
}
