package dev.sallyport.proxy.audit;

import io.netty.util.concurrent.ImmediateEventExecutor;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;

/// The log of a short day: a policy, three events of job `build` and one of nobody.
public final class ExportFixture {
  /// The policy that was in force.
  public static final String POLICY = "sallyport: 1\nname: acme-agents\n";

  private ExportFixture() {}

  /// Writes it; returns the file.
  public static Path write(Path folder) throws IOException {
    Path file = folder.resolve("sallyport.jsonl");
    String version = Samples.POLICY.stamp().version();
    try (FileAuditLog log =
        FileAuditLog.open(
            FileAuditLogFileTest.settings(file, FileFixture.LARGE),
            Clock.fixed(Samples.AT, ZoneOffset.UTC))) {
      String hash = PolicyShelf.beside(file).keep(version, POLICY);
      AuditEvent loaded =
          new AuditEvent.Administrative(
              Samples.AT,
              AuditEvent.Kind.POLICY_LOADED,
              Map.of(
                  "sallyport.policy.name",
                  "acme-agents",
                  "sallyport.policy.version",
                  version,
                  PolicyShelf.HASH_FIELD,
                  hash));
      for (AuditEvent event :
          List.of(
              loaded,
              Samples.malformed(),
              Samples.allowed(),
              Samples.refused(),
              Samples.closed(),
              Samples.administrative(AuditEvent.Kind.STOP))) {
        var _ = log.write(event, ImmediateEventExecutor.INSTANCE).awaitUninterruptibly();
      }
    }
    return file;
  }
}
