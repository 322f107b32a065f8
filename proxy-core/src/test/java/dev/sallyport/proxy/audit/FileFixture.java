package dev.sallyport.proxy.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// An audit file of a test.
record FileFixture(Path file) {
  /// Octets that no test writes.
  static final long LARGE = 1L << 30;

  ChainFiles files() {
    return ChainFiles.of(file);
  }

  AuditFile.Opened open(long rotateOctets) throws AuditOpenException {
    return AuditFile.open(files(), rotateOctets, Output::open);
  }

  /// Appends events one by one, as a gate with little to do would.
  static ChainHead append(AuditFile to, ChainHead head, int events) throws IOException {
    Chain chain = new Chain(head);
    for (int i = 0; i < events; i++) {
      chain.add(Samples.allowed());
      to.append(chain.lines(), chain.firstSeq());
      chain.accept();
    }
    return chain.head();
  }

  void writeEvents(int events) throws IOException {
    AuditFile.Opened opened = open(LARGE);
    append(opened.file(), opened.head(), events);
    opened.file().close();
  }

  void verifies(long upTo) throws IOException {
    Verification verification = ChainVerifier.verify(file);
    assertEquals(
        List.of("sallyport.jsonl: intact up to " + upTo + ", not signed"),
        verification.sentences());
  }

  static String text(AuditOpenException e) {
    return String.valueOf(e.getMessage());
  }
}
