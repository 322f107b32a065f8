package dev.sallyport.proxy.audit;

import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Keys as text (RFC 7468).
final class Pem {
  private static final int LINE = 64;

  private Pem() {}

  static String text(String label, byte[] octets) {
    String body = Base64.getMimeEncoder(LINE, new byte[] {'\n'}).encodeToString(octets);
    return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
  }

  /// The octets of the first block with that label.
  ///
  /// @throws IllegalArgumentException when there is none
  static byte[] octets(String label, String text) {
    Matcher block =
        Pattern.compile("-----BEGIN " + label + "-----([A-Za-z0-9+/=\\s]+)-----END " + label)
            .matcher(text);
    if (!block.find()) {
      throw new IllegalArgumentException("there is no " + label);
    }
    return Base64.getMimeDecoder().decode(block.group(1));
  }
}
