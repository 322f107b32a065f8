package dev.sallyport.proxy.reply;

import dev.sallyport.rules.Decision;
import dev.sallyport.rules.Destination;
import dev.sallyport.rules.Reason;
import dev.sallyport.rules.RuleRef;
import dev.sallyport.rules.Scheme;
import java.util.Optional;

/// The words of a refusal. The first line says what was refused, then why, by which policy, and
/// what to do.
public final class RefusalText {
  private RefusalText() {}

  /// The whole refusal as plain text, each line ended.
  public static String of(Refusal refusal) {
    StringBuilder out = new StringBuilder(384);
    Decision decision = refusal.decision();
    out.append("Sallyport refused ").append(what(refusal)).append('\n');
    out.append("reason   ")
        .append(decision.reason().code())
        .append(": ")
        .append(sentence(refusal))
        .append('\n');
    out.append("policy   ").append(policy(refusal)).append('\n');
    out.append("request  ").append(refusal.requestId());
    refusal.link().ifPresent(link -> out.append(' ').append(link));
    out.append('\n');
    out.append("retry    ").append(decision.reason().answer().retry().code()).append('\n');
    return out.toString();
  }

  /// Why, in one sentence with the particulars that a person needs.
  public static String sentence(Refusal refusal) {
    Decision decision = refusal.decision();
    String host = refusal.destination().map(to -> to.host().text()).orElse("the host");
    String profile = decision.profile().map(name -> "\"" + name + "\"").orElse("the profile");
    String by = decision.rule().map(RuleText::of).orElse("");
    return switch (decision.reason()) {
      case NOT_LISTED -> "no class of profile " + profile + " lists " + host;
      case DENIED_BY_RULE ->
          host
              + " is denied by "
              + by
              + (decision.detail().isEmpty() ? "" : " (" + decision.detail() + ")");
      case SCHEME_NOT_ALLOWED ->
          host + " is listed, but not for " + scheme(refusal.destination()) + "; see " + by;
      case PORT_NOT_ALLOWED ->
          host + " is listed, but not for port " + port(refusal.destination()) + "; see " + by;
      case METHOD_NOT_ALLOWED, PATH_NOT_ALLOWED, QUERY_NOT_ALLOWED, HEADER_NOT_ALLOWED ->
          decision.reason().sentence() + (by.isEmpty() ? "" : "; see " + by);
      case ADDRESS_NOT_ALLOWED ->
          host
              + " leads only to addresses that may not be reached (private, local or the gate's"
              + " own)";
      case ORIGIN_CERTIFICATE, ORIGIN_TLS, ORIGIN_PROTOCOL, ORIGIN_TIMEOUT ->
          refusal.detail().isEmpty() ? decision.reason().sentence() : refusal.detail();
      default -> {
        String detail = refusal.detail().isEmpty() ? decision.detail() : refusal.detail();
        yield detail.isEmpty()
            ? decision.reason().sentence()
            : decision.reason().sentence() + ": " + detail;
      }
    };
  }

  private static String scheme(Optional<Destination> destination) {
    return destination
        .map(to -> to.scheme() == Scheme.HTTP ? "plain http" : "https")
        .orElse("this scheme");
  }

  private static String port(Optional<Destination> destination) {
    return destination.map(to -> Integer.toString(to.port())).orElse("that");
  }

  private static String what(Refusal refusal) {
    return refusal
        .destination()
        .map(
            to ->
                refusal.what().equals("CONNECT")
                    ? "CONNECT " + to.authority()
                    : refusal.what() + " " + to.url())
        .orElse("a request that it could not read");
  }

  private static String policy(Refusal refusal) {
    StringBuilder out = new StringBuilder(refusal.decision().policy().shortText());
    if (!refusal.owners().isEmpty()) {
      out.append(", owned by ").append(String.join(" and ", refusal.owners().values()));
    }
    refusal.contact().ifPresent(contact -> out.append(", ask in ").append(contact));
    return out.toString();
  }

  private static final class RuleText {
    static String of(RuleRef rule) {
      return rule.id() + " at " + rule.place().fileAndLine();
    }
  }

  /// Whether clients may take this reason as final, for the help line.
  static boolean isFinal(Reason reason) {
    return reason.answer().retry() == dev.sallyport.rules.Retry.NEVER;
  }
}
