package dev.sallyport.rules.check;

import dev.sallyport.rules.Place;

/// Something in a policy that is legal and deserves a second look.
public record Warning(Place place, String text) {
  /// `file:line:column: warning: text`.
  @Override
  public String toString() {
    return place + ": warning: " + text;
  }
}
