package dev.sallyport.proxy.audit.query;

import dev.sallyport.proxy.audit.RecordedEvent;
import java.util.List;

/// What is asked of an event. Immutable; asking costs a look at each field that is named.
public sealed interface Condition {
  /// Whether an event is as asked for.
  default boolean fits(RecordedEvent event) {
    return switch (this) {
      case All(List<Condition> parts) -> parts.stream().allMatch(part -> part.fits(event));
      case Any(List<Condition> parts) -> parts.stream().anyMatch(part -> part.fits(event));
      case Not(Condition part) -> !part.fits(event);
      case Compare compare -> compare.fitsItself(event);
      case Traced(SessionTrace trace) -> trace.holds(event);
    };
  }

  /// Every part fits; an empty list always does.
  record All(List<Condition> parts) implements Condition {
    public All {
      parts = List.copyOf(parts);
    }
  }

  /// One of the parts fits; an empty list never does.
  record Any(List<Condition> parts) implements Condition {
    public Any {
      parts = List.copyOf(parts);
    }
  }

  /// The part does not fit.
  record Not(Condition part) implements Condition {}

  /// The event is of a client's session, be it that it does not say so itself.
  record Traced(SessionTrace trace) implements Condition {}

  /// A field is so. An event without the field fits `!=` alone.
  record Compare(Field field, Operator operator, Value value) implements Condition {
    private boolean fitsItself(RecordedEvent event) {
      return field
          .in(event)
          .map(found -> value.fits(found, operator))
          .orElse(operator == Operator.NOT_EQUAL);
    }
  }
}
