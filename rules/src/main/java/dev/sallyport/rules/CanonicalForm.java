package dev.sallyport.rules;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;

/// The expanded form of a policy that its version is taken over: what it means, without comments,
/// order of keys, file names or line numbers.
final class CanonicalForm {
  private CanonicalForm() {}

  static String sha256(PolicySource source) {
    MessageDigest digest = digest();
    line(digest, "name " + source.name());
    line(digest, "owners " + new TreeMap<>(source.owners()));
    line(digest, "contact " + source.contact().orElse(""));
    line(digest, "request-url " + source.requestUrl().orElse(""));
    line(digest, "report " + source.report());
    for (PolicySource.ClassSource from : sorted(source.classes(), from -> from.name().name())) {
      line(digest, "class " + from.name() + " " + from.treatment() + " " + from.report());
      from.allow().forEach(entry -> line(digest, "allow " + entry.canonical()));
    }
    sorted(source.deny(), DenyRule::canonical)
        .forEach(rule -> line(digest, "deny " + rule.canonical()));
    sorted(source.profiles(), Profile::name)
        .forEach(profile -> line(digest, "profile " + canonical(profile)));
    source.assign().forEach(line -> line(digest, "assign " + line.all() + " " + line.profile()));
    return HexFormat.of().formatHex(digest.digest());
  }

  /// A version made of several.
  static String sha256(List<String> versions) {
    MessageDigest digest = digest();
    versions.forEach(version -> line(digest, version));
    return HexFormat.of().formatHex(digest.digest());
  }

  private static String canonical(Profile profile) {
    return profile.name()
        + " "
        + profile.classes()
        + " "
        + profile.unknown()
        + " "
        + profile.report();
  }

  /// What has a name or stands in no order, in an order of its own: moving it about in a file
  /// changes nothing.
  private static <T> List<T> sorted(List<T> items, Function<T, String> key) {
    return items.stream().sorted(Comparator.comparing(key)).toList();
  }

  /// One line; line feeds inside the text are escaped, or a text could pass for further lines.
  private static void line(MessageDigest digest, String text) {
    String escaped = text.replace("\\", "\\\\").replace("\n", "\\n");
    digest.update(escaped.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) '\n');
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JDK has SHA-256", impossible);
    }
  }
}
