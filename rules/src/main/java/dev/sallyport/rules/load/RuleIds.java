package dev.sallyport.rules.load;

import dev.sallyport.rules.Place;
import dev.sallyport.rules.RuleRef;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/// Gives every rule of one policy an id of its own: the one that its author wrote, or one made from
/// what the rule says, so that it stays when lines move.
final class RuleIds {
  /// Hexadecimal digits of a made id. Two of 100,000 rules may share eight; the later one then gets
  /// more.
  private static final int DIGITS = 8;

  private final Problems problems;
  private final Map<String, Place> taken = new HashMap<>();
  private final MessageDigest sha256 = sha256();

  RuleIds(Problems problems) {
    this.problems = problems;
  }

  /// The id that the author wrote; one that is taken is a problem.
  RuleRef given(String id, Place idPlace, Place rule) {
    if (Names.check("a rule", idPlace, id, problems)) {
      Place first = taken.putIfAbsent(id, rule);
      if (first != null) {
        problems.add(
            idPlace,
            "the id " + Problem.quote(id) + " is taken by the rule at " + first.fileAndLine(),
            "give each rule its own");
      }
    }
    return new RuleRef(id, rule);
  }

  /// An id made from what the rule says.
  ///
  /// @param prefix what the id begins with, such as the name of the class
  /// @param canonical what the rule says, in one form whatever its spelling
  RuleRef made(String prefix, String canonical, Place rule) {
    byte[] hash = sha256.digest(canonical.getBytes(StandardCharsets.UTF_8));
    String hex = HexFormat.of().formatHex(hash);
    String id = prefix + "-" + hex.substring(0, DIGITS);
    for (int digits = DIGITS + 1; taken.containsKey(id) && digits <= hex.length(); digits++) {
      id = prefix + "-" + hex.substring(0, digits);
    }
    taken.put(id, rule);
    return new RuleRef(id, rule);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JDK has SHA-256", impossible);
    }
  }
}
