package dev.sallyport.proxy.identify;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Base64;
import java.util.Optional;

/// User name and password of a `Proxy-Authorization` field (RFC 7617), read strictly: one way to
/// write each pair.
///
/// @param user the part before the first colon
/// @param password the rest, which may hold further colons
record BasicCredentials(String user, String password) {
  /// Characters of a field value, at most.
  static final int MAX_VALUE = 8 * 1024;

  private static final String SCHEME = "Basic ";

  /// Reads a field value; empty when it is of another scheme, not in canonical Base64, not UTF-8,
  /// holds control characters (RFC 7617 section 2), has no colon or is too long.
  static Optional<BasicCredentials> parse(String value) {
    if (value.length() > MAX_VALUE || !value.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return Optional.empty();
    }
    return decode(value.substring(SCHEME.length())).flatMap(BasicCredentials::split);
  }

  private static Optional<String> decode(String base64) {
    try {
      byte[] octets = Base64.getDecoder().decode(base64.getBytes(ISO_8859_1));
      // The decoder takes missing padding and stray bits at the end; what it gives must encode to
      // what came.
      if (!Base64.getEncoder().encodeToString(octets).equals(base64)) {
        return Optional.empty();
      }
      return Optional.of(UTF_8.newDecoder().decode(ByteBuffer.wrap(octets)).toString());
    } catch (IllegalArgumentException | CharacterCodingException notStrict) {
      return Optional.empty();
    }
  }

  /// Takes a pair apart, `user:password`.
  static Optional<BasicCredentials> split(String pair) {
    int colon = pair.indexOf(':');
    if (colon < 0 || pair.chars().anyMatch(Character::isISOControl)) {
      return Optional.empty();
    }
    return Optional.of(new BasicCredentials(pair.substring(0, colon), pair.substring(colon + 1)));
  }

  @Override
  public String toString() {
    return "BasicCredentials[" + user + ":…]";
  }
}
