package dev.sallyport.proxy.audit.query;

import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a field is held against. A number is compared as one, with `KiB`, `MiB` or `GiB` behind it
/// as octets; everything else as text.
public sealed interface Value {
  /// Digits of a number, at most: it stays within a `long` with every unit.
  int MAX_DIGITS = 9;

  /// This text, and this number where it is one; a host is in small letters.
  record Word(String text, OptionalLong number) implements Value {}

  /// Every name below a domain, at any depth, and not the domain itself.
  ///
  /// @param ending with its dot, in small letters
  record Below(String ending) implements Value {}

  /// The value that a text means for a field.
  static Value of(Field field, String text) {
    if (!field.isHost()) {
      return new Word(text, number(text));
    }
    String host = text.toLowerCase(Locale.ROOT);
    boolean dotted = host.endsWith(".") && host.length() > 1;
    String bare = dotted ? host.substring(0, host.length() - 1) : host;
    return bare.startsWith(".") ? new Below(bare) : new Word(bare, OptionalLong.empty());
  }

  /// Whether a field's value stands to this one as the operator says.
  ///
  /// @param found `String`, `Long`, `Boolean` or a list of `String`, of which one must fit
  default boolean fits(Object found, Operator operator) {
    if (operator == Operator.NOT_EQUAL) {
      return !fits(found, Operator.EQUAL);
    }
    return switch (found) {
      case List<?> texts -> texts.stream().anyMatch(text -> fits(String.valueOf(text), operator));
      case Long number -> fits(number.longValue(), operator);
      default -> fits(found.toString(), operator);
    };
  }

  private boolean fits(long found, Operator operator) {
    return switch (this) {
      case Word(String text, OptionalLong number) ->
          operator == Operator.CONTAINS
              ? Long.toString(found).contains(text)
              : number.isPresent() && operator.holds(Long.compare(found, number.getAsLong()));
      case Below _ -> false;
    };
  }

  private boolean fits(String found, Operator operator) {
    return switch (this) {
      case Word(String text, OptionalLong number) ->
          operator == Operator.CONTAINS
              ? found.toLowerCase(Locale.ROOT).contains(text.toLowerCase(Locale.ROOT))
              : operator.holds(found.compareTo(text));
      case Below(String ending) ->
          operator == Operator.CONTAINS
              ? found.contains(ending)
              : operator == Operator.EQUAL && found.endsWith(ending);
    };
  }

  private static OptionalLong number(String text) {
    Matcher matcher = Numbers.FORM.matcher(text);
    if (!matcher.matches()) {
      return OptionalLong.empty();
    }
    int shift =
        switch (matcher.group(2)) {
          case "KiB" -> 10;
          case "MiB" -> 20;
          case "GiB" -> 30;
          default -> 0;
        };
    return OptionalLong.of(Long.parseLong(matcher.group(1)) << shift);
  }

  /// The form of a number.
  final class Numbers {
    private static final Pattern FORM =
        Pattern.compile("([0-9]{1," + MAX_DIGITS + "})(|KiB|MiB|GiB)");

    private Numbers() {}
  }
}
