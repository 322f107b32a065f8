package dev.sallyport.proxy.audit.query;

import dev.sallyport.rules.load.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads a condition as it is written: `class = model and not (host = .example.com or sent >
/// 1MiB)`.
///
/// A comparison is field, operator (`=`, `!=`, `<`, `<=`, `>`, `>=`, `~` for "contains") and value;
/// values with spaces stand in quotes. `not` binds closest, then `and`, then `or`. One pass from
/// left to right without going back; length, depth and number of comparisons are bounded.
public final class Where {
  /// Characters of a condition.
  static final int MAX_LENGTH = 4096;

  /// Comparisons in a condition.
  static final int MAX_COMPARISONS = 64;

  /// Parentheses and `not` within each other.
  static final int MAX_DEPTH = 16;

  private final String text;
  private final WhereTokens tokens;
  private int comparisons;
  private int depth;

  private Where(String text) throws QueryException {
    this.text = text;
    this.tokens = new WhereTokens(text);
  }

  /// The condition that a text says.
  ///
  /// @throws QueryException with the place, from 1, of what cannot be understood
  public static Condition parse(String text) throws QueryException {
    if (text.length() > MAX_LENGTH) {
      throw new QueryException(
          "`--where` is longer than " + MAX_LENGTH + " characters; ask in several queries");
    }
    Where where = new Where(text);
    Condition condition = where.any();
    if (where.tokens.kind() != WhereTokens.Kind.END) {
      throw where.unexpected("`and`, `or` or the end");
    }
    return condition;
  }

  private Condition any() throws QueryException {
    List<Condition> parts = new ArrayList<>();
    parts.add(all());
    while (tokens.isWord("or")) {
      tokens.advance();
      parts.add(all());
    }
    return parts.size() == 1 ? parts.getFirst() : new Condition.Any(parts);
  }

  private Condition all() throws QueryException {
    List<Condition> parts = new ArrayList<>();
    parts.add(one());
    while (tokens.isWord("and")) {
      tokens.advance();
      parts.add(one());
    }
    return parts.size() == 1 ? parts.getFirst() : new Condition.All(parts);
  }

  private Condition one() throws QueryException {
    boolean not = tokens.isWord("not");
    if (!not && tokens.kind() != WhereTokens.Kind.OPEN) {
      return comparison();
    }
    if (++depth > MAX_DEPTH) {
      throw wrong("more than " + MAX_DEPTH + " levels of parentheses and `not`");
    }
    tokens.advance();
    Condition inner = not ? new Condition.Not(one()) : closed();
    depth--;
    return inner;
  }

  private Condition closed() throws QueryException {
    Condition inner = any();
    if (tokens.kind() != WhereTokens.Kind.CLOSE) {
      throw unexpected("`and`, `or` or `)`");
    }
    tokens.advance();
    return inner;
  }

  private Condition comparison() throws QueryException {
    if (tokens.kind() != WhereTokens.Kind.WORD) {
      throw unexpected("a field such as `host`, `not` or `(`");
    }
    if (++comparisons > MAX_COMPARISONS) {
      throw wrong("more than " + MAX_COMPARISONS + " comparisons");
    }
    Field field = field();
    Optional<Operator> operator =
        tokens.kind() == WhereTokens.Kind.SIGN ? Operator.of(tokens.text()) : Optional.empty();
    if (operator.isEmpty()) {
      throw unexpected("one of `=`, `!=`, `<`, `<=`, `>`, `>=` and `~`");
    }
    tokens.advance();
    if (tokens.kind() != WhereTokens.Kind.WORD && tokens.kind() != WhereTokens.Kind.QUOTED) {
      throw unexpected("a value");
    }
    Value value = Value.of(field, tokens.text());
    if (operator.get().orders() && value instanceof Value.Below) {
      throw wrong("names below a domain have no order; use `=` or `!=`");
    }
    tokens.advance();
    return new Condition.Compare(field, operator.get(), value);
  }

  private Field field() throws QueryException {
    try {
      Field field = Field.named(tokens.text());
      tokens.advance();
      return field;
    } catch (QueryException unknown) {
      throw wrong(unknown.sentence());
    }
  }

  private QueryException unexpected(String expected) {
    String found = tokens.kind() == WhereTokens.Kind.END ? "the end" : Problem.quote(tokens.text());
    return wrong("expected " + expected + ", found " + found);
  }

  private QueryException wrong(String what) {
    return WhereTokens.wrong(text, tokens.at(), what);
  }
}
