package dev.sallyport.rules.load;

import dev.sallyport.rules.Interception;

/// Which classes of a policy are intercepted.
public enum InterceptedClasses {
  /// Those that say so.
  AS_WRITTEN {
    @Override
    Interception of(Interception said) {
      return said;
    }
  },
  /// All of them, as if each said `intercept: true`, but those that say `intercept: never`. What an
  /// entry says of itself holds.
  ALL {
    @Override
    Interception of(Interception said) {
      return said == Interception.NEVER ? said : Interception.ON;
    }
  };

  /// What counts of what a class says.
  abstract Interception of(Interception said);
}
