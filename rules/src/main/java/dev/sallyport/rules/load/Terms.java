package dev.sallyport.rules.load;

import dev.sallyport.rules.Duties;
import dev.sallyport.rules.Interception;
import dev.sallyport.rules.RequestRule;
import dev.sallyport.rules.RequestRules;
import dev.sallyport.rules.Treatment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What a class or an entry says of requests and of the sight that this takes.
///
/// @param sightKey the first of its words that takes sight of requests
record Terms(
    List<RequestRule> rules,
    boolean encodedSlash,
    Duties duties,
    Interception interception,
    Optional<String> sightKey) {
  static final Terms NONE =
      new Terms(List.of(), false, Duties.NONE, Interception.AS_CLASS, Optional.empty());

  /// An entry's terms inside those of its class: all conditions of both, and the entry's own word
  /// on interception before the class's.
  Terms within(Terms outer) {
    List<RequestRule> both = new ArrayList<>(outer.rules);
    both.addAll(rules);
    return new Terms(
        both,
        encodedSlash || outer.encodedSlash,
        duties.within(outer.duties),
        interception == Interception.AS_CLASS ? outer.ofClass() : interception,
        sightKey.or(() -> outer.sightKey));
  }

  /// These terms with one more rule, which a word of the language stands for.
  Terms with(RequestRule rule, String key) {
    List<RequestRule> more = new ArrayList<>(rules);
    more.add(rule);
    return new Terms(more, encodedSlash, duties, interception, Optional.of(key));
  }

  /// These terms for what a catalogue's part needs of a host. Its conditions are the catalogue's
  /// and not the author's, so they name no key.
  Terms narrowedTo(RequestRules part) {
    List<RequestRule> more = new ArrayList<>(rules);
    more.addAll(part.all());
    return new Terms(more, encodedSlash || part.encodedSlash(), duties, interception, sightKey);
  }

  /// These terms of a class where more than it says may be intercepted.
  Terms intercepted(InterceptedClasses classes) {
    return new Terms(rules, encodedSlash, duties, classes.of(interception), sightKey);
  }

  RequestRules requests() {
    return rules.isEmpty() ? RequestRules.NONE : new RequestRules(rules, encodedSlash);
  }

  Treatment treatment() {
    return interception == Interception.ON ? Treatment.INTERCEPT : Treatment.TUNNEL;
  }

  private Interception ofClass() {
    return interception == Interception.AS_CLASS ? Interception.OFF : interception;
  }
}
