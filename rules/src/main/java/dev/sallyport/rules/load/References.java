package dev.sallyport.rules.load;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Collects the names of classes and profiles that a policy uses, and in the end reports those that
/// it does not define: a name may be used before the line, or the file, that defines it.
final class References {
  private final Problems problems;
  private final List<Node.Scalar> classes = new ArrayList<>();
  private final List<Node.Scalar> profiles = new ArrayList<>();

  References(Problems problems) {
    this.problems = problems;
  }

  /// A class is named here.
  void toClass(Node.Scalar name) {
    classes.add(name);
  }

  /// A profile is named here.
  void toProfile(Node.Scalar name) {
    profiles.add(name);
  }

  /// Reports every name that is not defined.
  void check(Set<String> definedClasses, Set<String> definedProfiles) {
    classes.forEach(name -> check("class", name, definedClasses));
    profiles.forEach(name -> check("profile", name, definedProfiles));
  }

  private void check(String what, Node.Scalar name, Set<String> defined) {
    if (defined.contains(name.text())) {
      return;
    }
    String hint =
        Spelling.suggestion(name.text(), defined)
            .orElseGet(
                () ->
                    defined.isEmpty()
                        ? "the policy defines none"
                        : "defined: " + String.join(", ", defined));
    problems.add(name.place(), "there is no " + what + " " + Problem.quote(name.text()), hint);
  }
}
