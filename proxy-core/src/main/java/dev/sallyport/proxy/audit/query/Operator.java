package dev.sallyport.proxy.audit.query;

import java.util.Arrays;
import java.util.Optional;

/// How a field is held against a value.
public enum Operator {
  EQUAL("="),
  NOT_EQUAL("!="),
  LESS("<"),
  AT_MOST("<="),
  MORE(">"),
  AT_LEAST(">="),
  /// The text is somewhere in the value, whatever the case of its letters.
  CONTAINS("~");

  private final String sign;

  Operator(String sign) {
    this.sign = sign;
  }

  /// As it is written.
  public String sign() {
    return sign;
  }

  static Optional<Operator> of(String sign) {
    return Arrays.stream(values()).filter(operator -> operator.sign.equals(sign)).findFirst();
  }

  /// Whether it asks for an order.
  boolean orders() {
    return switch (this) {
      case LESS, AT_MOST, MORE, AT_LEAST -> true;
      case EQUAL, NOT_EQUAL, CONTAINS -> false;
    };
  }

  /// What an order of field and value says.
  ///
  /// @param compared less than, equal to or more than zero as the field is to the value
  boolean holds(int compared) {
    return switch (this) {
      case EQUAL -> compared == 0;
      case NOT_EQUAL -> compared != 0;
      case LESS -> compared < 0;
      case AT_MOST -> compared <= 0;
      case MORE -> compared > 0;
      case AT_LEAST -> compared >= 0;
      case CONTAINS -> false;
    };
  }
}
