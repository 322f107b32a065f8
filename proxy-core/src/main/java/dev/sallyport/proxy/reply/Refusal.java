package dev.sallyport.proxy.reply;

import dev.sallyport.rules.Decision;
import dev.sallyport.rules.Destination;
import java.util.Map;
import java.util.Optional;

/// Everything that a refusal says. Holds nothing of the client's but the canonical destination.
///
/// @param what the verb of the first line: `CONNECT`, or the method of a plain request
/// @param destination empty when none could be read
/// @param requestId names the event in the audit log
/// @param detail more on a malformed request, in our words; empty when there is none
/// @param owners who answers for the policy, by role
/// @param contact where to ask
/// @param requestUrl a page with `{request}` for the id
public record Refusal(
    Decision decision,
    String what,
    Optional<Destination> destination,
    String requestId,
    String detail,
    Map<String, String> owners,
    Optional<String> contact,
    Optional<String> requestUrl) {

  /// The page for this request, when the policy names one.
  public Optional<String> link() {
    return requestUrl.map(url -> url.replace("{request}", requestId));
  }
}
