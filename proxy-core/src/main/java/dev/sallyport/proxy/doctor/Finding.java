package dev.sallyport.proxy.doctor;

import dev.sallyport.proxy.audit.Printable;

/// What one check saw.
///
/// @param name of the check, unique within its group
/// @param seen in words
/// @param mend what to do about it; empty where nothing is to be done
public record Finding(Group group, String name, Verdict verdict, String seen, String mend) {
  public Finding {
    // What tools and strangers answer may hold anything.
    seen = Printable.text(seen);
    mend = Printable.text(mend);
  }

  static Finding fine(Group group, String name, String seen) {
    return new Finding(group, name, Verdict.FINE, seen, "");
  }

  static Finding note(Group group, String name, String seen, String mend) {
    return new Finding(group, name, Verdict.NOTE, seen, mend);
  }

  static Finding skipped(Group group, String name, String why) {
    return new Finding(group, name, Verdict.SKIPPED, why, "");
  }

  static Finding fails(Group group, String name, String seen, String mend) {
    return new Finding(group, name, Verdict.FAILS, seen, mend);
  }
}
