package dev.sallyport.proxy.reply;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/// A refusal in the form in which a model's vendor words errors, so that its client shows the
/// sentence to a person instead of trying again.
final class VendorJson {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int FORBIDDEN = 403;
  private static final int CHALLENGE = 407;
  private static final int FIRST_OF_SERVER = 500;

  private VendorJson() {}

  static String anthropic(Refusal refusal) {
    ObjectNode out = JSON.createObjectNode();
    out.put("type", "error");
    ObjectNode error = out.putObject("error");
    error.put("type", type(refusal));
    error.put("message", message(refusal));
    out.put("request_id", refusal.requestId());
    return out + "\n";
  }

  static String openAi(Refusal refusal) {
    ObjectNode out = JSON.createObjectNode();
    ObjectNode error = out.putObject("error");
    error.put("message", message(refusal));
    error.put("type", type(refusal));
    error.putNull("param");
    error.put("code", refusal.decision().reason().code());
    return out + "\n";
  }

  private static String type(Refusal refusal) {
    int status = RefusalResponse.status(refusal.decision().reason());
    if (status == FORBIDDEN || status == CHALLENGE) {
      return "permission_error";
    }
    return status < FIRST_OF_SERVER ? "invalid_request_error" : "api_error";
  }

  /// One sentence more than elsewhere, since there is no field for it: whom to ask, about what.
  private static String message(Refusal refusal) {
    return RefusalJson.help(refusal)
        + refusal.contact().map(contact -> " Ask in " + contact + ".").orElse("")
        + " (reason "
        + refusal.decision().reason().code()
        + ", request "
        + refusal.requestId()
        + ")";
  }
}
