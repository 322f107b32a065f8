package dev.sallyport.proxy.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The file that events are appended to; a full one is put aside under its own name. The writer
/// thread's own.
///
/// Before each write it looks whether the path still names this file and the file ends where it was
/// left: a write to a file that somebody deleted or replaced would succeed and be lost.
final class AuditFile implements EventSink {
  private final ChainFiles files;
  private final long rotateOctets;
  private final Output.Opener opener;
  private FileGuard guard;
  private @Nullable Output output;
  private @Nullable FileIdentity identity;

  /// Octets of the lines that were accepted.
  private long octets;

  /// The number of the first event in the file; means nothing while the file is empty.
  private long firstSeq;

  /// Whether octets of a failed write may stand behind the accepted lines.
  private boolean uncut;

  /// What opening found.
  ///
  /// @param head the last event of the chain
  /// @param sealHolds whether that event's hash is its own
  /// @param setAside what stood behind its line
  record Opened(AuditFile file, ChainHead head, boolean sealHolds, Optional<SetAside> setAside) {}

  private AuditFile(ChainFiles files, long rotateOctets, Output.Opener opener, FileGuard guard) {
    this.files = files;
    this.rotateOctets = rotateOctets;
    this.opener = opener;
    this.guard = guard;
  }

  /// Opens or creates the file, alone, and finds where its chain goes on.
  ///
  /// @param rotateOctets size from which on the next lines go to a new file
  /// @throws AuditOpenException when that cannot be
  static Opened open(ChainFiles files, long rotateOctets, Output.Opener opener)
      throws AuditOpenException {
    try {
      OwnerOnly.createFolder(files.folder());
      refuseForeign(files.active());
      AuditFile file = new AuditFile(files, rotateOctets, opener, FileGuard.take(files));
      try {
        return file.resume();
      } catch (IOException e) {
        file.abandon();
        throw e;
      }
    } catch (AuditOpenException e) {
      throw e;
    } catch (IOException e) {
      throw new AuditOpenException(
          "audit file `%s` cannot be written: %s; mend that or choose another with `audit.file`"
              .formatted(files.active(), IoProblem.text(e)),
          e);
    }
  }

  private Opened resume() throws IOException {
    connect();
    FileTail tail = tail(files.active());
    Optional<SetAside> setAside = keep(tail.wholeOctets());
    List<Path> finished = files.finished();
    if (tail.last().isEmpty() && !finished.isEmpty()) {
      tail = tail(finished.getLast());
    }
    ChainHead head = tail.last().map(RecordedEvent::head).orElse(ChainHead.NONE);
    return new Opened(this, head, tail.sealHolds(), setAside);
  }

  @Override
  public void append(ByteBuffer lines, long seq) throws IOException {
    checkUnchanged();
    if (beginsFileWith(lines.remaining())) {
      rotate();
    }
    if (octets == 0) {
      firstSeq = seq;
    }
    int length = lines.remaining();
    try {
      while (lines.hasRemaining()) {
        if (output().write(lines) <= 0) {
          throw new IOException("the file takes no more octets");
        }
      }
    } catch (IOException e) {
      cutBack(e);
      throw e;
    }
    octets += length;
  }

  @Override
  public boolean beginsFileWith(int more) {
    return octets > 0 && octets + more > rotateOctets;
  }

  @Override
  public Optional<SetAside> reopen() throws IOException {
    abandonOutput();
    OwnerOnly.createFolder(files.folder());
    refuseForeign(files.active());
    if (!guard.isInPlace()) {
      guard.close();
      guard = FileGuard.take(files);
    }
    @Nullable FileIdentity before = identity;
    connect();
    long size = Files.size(files.active());
    boolean same = before != null && before.equals(identity);
    if (same && uncut && size > octets) {
      output().truncate(octets);
      size = octets;
    }
    uncut = false;
    // What others appended to our file is kept as evidence; of another file what is whole stays.
    return keep(same && size >= octets ? octets : tail(files.active()).wholeOctets());
  }

  @Override
  public void close() throws IOException {
    try {
      if (output != null) {
        output.force();
      }
    } finally {
      abandon();
    }
  }

  private void connect() throws IOException {
    output = opener.open(files.active());
    identity = FileIdentity.of(files.active());
  }

  /// Takes this many octets for accepted, and sets the rest aside.
  private Optional<SetAside> keep(long whole) throws IOException {
    Optional<SetAside> aside = TornEnd.setAside(files, whole);
    if (aside.isPresent()) {
      output().truncate(whole);
    }
    octets = whole;
    firstSeq = FileTail.first(files.active()).map(RecordedEvent::seq).orElse(0L);
    return aside;
  }

  private void checkUnchanged() throws IOException {
    BasicFileAttributes now = FileIdentity.attributes(files.active());
    if (!FileIdentity.of(now).equals(identity) || now.size() != octets) {
      throw new IOException("the file was changed by another program");
    }
  }

  private void rotate() throws IOException {
    Path target = files.finished(firstSeq);
    // An atomic move would replace what is there.
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException("`" + target + "` is in the way of a finished file");
    }
    abandonOutput();
    Files.move(files.active(), target, StandardCopyOption.ATOMIC_MOVE);
    octets = 0;
    connect();
  }

  private void cutBack(IOException reason) {
    try {
      output().truncate(octets);
    } catch (IOException e) {
      uncut = true;
      reason.addSuppressed(e);
    }
  }

  private Output output() throws IOException {
    if (output == null) {
      throw new IOException("the file is not open");
    }
    return output;
  }

  private void abandonOutput() throws IOException {
    @Nullable Output last = output;
    output = null;
    if (last != null) {
      last.close();
    }
  }

  private void abandon() throws IOException {
    try {
      abandonOutput();
    } finally {
      guard.close();
    }
  }

  private static FileTail tail(Path file) throws IOException {
    return FileTail.of(file).orElseThrow(() -> foreign(file));
  }

  private static void refuseForeign(Path file) throws IOException {
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new AuditOpenException(
          "audit file `%s` is not a regular file; name one with `audit.file`".formatted(file));
    }
    if (!FileTail.beginsAsEvents(file)) {
      throw foreign(file);
    }
  }

  private static AuditOpenException foreign(Path file) {
    return new AuditOpenException(
        "`%s` holds something else than audit events; move it away or choose another file with `audit.file`"
            .formatted(file));
  }
}
