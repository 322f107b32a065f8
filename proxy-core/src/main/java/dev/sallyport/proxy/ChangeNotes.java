package dev.sallyport.proxy;

import dev.sallyport.proxy.audit.AuditEvent;
import dev.sallyport.proxy.audit.Journal;
import dev.sallyport.proxy.audit.PolicyShelf;
import dev.sallyport.rules.BreakGlass;
import dev.sallyport.rules.ExceptionTerms;
import dev.sallyport.rules.Kill;
import dev.sallyport.rules.Policy;
import io.netty.util.concurrent.EventExecutor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells of changes: an event of each on the record, and a line in the gate's own log. Does not
/// wait for the record; for any thread.
///
/// @param loop where futures of events complete
record ChangeNotes(Journal journal, EventExecutor loop) {
  /// Problems of a rejected policy that its event names.
  private static final int MAX_NOTED = 20;

  private static final Logger LOG = LoggerFactory.getLogger(Changes.class);

  /// A policy came into force.
  ///
  /// @param source where it was read
  /// @param hash of the text that is kept beside the record; empty when none is
  void loaded(Policy policy, String source, int ended, Optional<String> hash) {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("sallyport.policy.name", policy.stamp().name());
    details.put("sallyport.policy.version", policy.stamp().version());
    details.put("sallyport.policy.source", source);
    details.put("sallyport.connections.ended", (long) ended);
    hash.ifPresent(kept -> details.put(PolicyShelf.HASH_FIELD, kept));
    note(AuditEvent.Kind.POLICY_LOADED, details);
  }

  void rejected(PolicyRejectedException rejected) {
    List<String> noted = rejected.problems().stream().limit(MAX_NOTED).toList();
    note(AuditEvent.Kind.POLICY_REJECTED, Map.of("sallyport.policy.problems", noted));
    LOG.warn("the policy is not replaced, the old one stays in force:\n{}", rejected.getMessage());
  }

  /// @param connections how many open ones ended at the same look at the clock
  void expired(ExceptionTerms terms, int connections) {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("sallyport.exception.id", terms.id());
    details.put("sallyport.exception.owner", terms.owner());
    details.put("sallyport.exception.reason", terms.reason());
    details.put("sallyport.exception.expires", terms.expires().toString());
    details.put("sallyport.connections.ended", (long) connections);
    note(AuditEvent.Kind.EXCEPTION_EXPIRED, details);
    LOG.warn("exception {} has ended and allows nothing any more", terms.id());
  }

  void killed(Kill kill, int ended) {
    Map<String, Object> details = action("kill", kill.reason(), kill.by());
    details.put("sallyport.kill.target", kill.target().toString());
    details.put("sallyport.connections.ended", (long) ended);
    note(AuditEvent.Kind.KILL, details);
    LOG.warn("killed by {}: {} ({})", kill.by(), kill.target(), kill.reason());
  }

  void unkilled(Kill.Target target, String reason, String by) {
    Map<String, Object> details = action("unkill", reason, by);
    details.put("sallyport.kill.target", target.toString());
    note(AuditEvent.Kind.KILL, details);
    LOG.warn("kill switch off by {}: {}", by, target);
  }

  void glassBroken(BreakGlass glass) {
    Map<String, Object> details = action("break-glass", glass.reason(), glass.by());
    details.put("sallyport.kill.id", glass.id());
    details.put("sallyport.kill.until", glass.until().toString());
    note(AuditEvent.Kind.KILL, details);
  }

  void glassReviewed(BreakGlass glass, String reason, String by) {
    Map<String, Object> details = action("break-glass-reviewed", reason, by);
    details.put("sallyport.kill.id", glass.id());
    note(AuditEvent.Kind.KILL, details);
  }

  /// From now on every event says that an emergency is open, or that none is.
  void showGlass(Optional<BreakGlass> open) {
    journal.mark(open.map(BreakGlass::id));
    open.ifPresent(
        glass ->
            LOG.warn(
                "BREAK GLASS by {} until {}: what no entry allows passes ({})",
                glass.by(),
                glass.until(),
                glass.reason()));
  }

  void glassEnded(BreakGlass glass) {
    Map<String, Object> details = action("break-glass-ended", glass.reason(), glass.by());
    details.put("sallyport.kill.id", glass.id());
    note(AuditEvent.Kind.KILL, details);
    LOG.warn("break-glass {} has ended; enforcement begins again", glass.id());
  }

  private static Map<String, Object> action(String what, String reason, String by) {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("sallyport.kill.action", what);
    details.put("sallyport.kill.reason", reason);
    details.put("sallyport.kill.by", by);
    return details;
  }

  private void note(AuditEvent.Kind kind, Map<String, Object> details) {
    var _ = journal.administrative(kind, details, loop);
  }
}
