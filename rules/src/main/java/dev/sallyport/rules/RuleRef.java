package dev.sallyport.rules;

/// Names a rule and where it stands.
///
/// @param id given, or made from the rule's content, so that it stays when lines move
public record RuleRef(String id, Place place) {}
