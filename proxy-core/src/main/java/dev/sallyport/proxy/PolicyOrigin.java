package dev.sallyport.proxy;

import dev.sallyport.rules.Entry;
import dev.sallyport.rules.Policy;
import dev.sallyport.rules.PolicySource;
import dev.sallyport.rules.check.PolicyTests;
import dev.sallyport.rules.check.TestResult;
import dev.sallyport.rules.load.InterceptedClasses;
import dev.sallyport.rules.load.LoadException;
import dev.sallyport.rules.load.PolicyLoader;
import dev.sallyport.rules.load.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Where a gate's policy comes from. Loading reads, checks and runs the policy's own tests; what
/// comes out may be put in force. Blocks; not for event loops.
public sealed interface PolicyOrigin {
  /// A file or folder, read again when it changes; messages name it as the person did.
  record File(Path path) implements PolicyOrigin {
    @Override
    public String shown() {
      return path.toString();
    }
  }

  /// Text that came with the program or was read before.
  record Text(String shown, String text) implements PolicyOrigin {}

  /// A policy within the bounds of the organisation's: what it allows, that must allow too.
  ///
  /// @param inner empty where there is no other policy; the organisation's alone is in force then
  record Bounded(File outer, Optional<PolicyOrigin> inner) implements PolicyOrigin {
    @Override
    public String shown() {
      return inner.map(own -> own.shown() + " within ").orElse("") + outer.shown();
    }
  }

  /// The path or name, for messages.
  String shown();

  /// What it says: of a folder all files, each behind a comment with its name.
  ///
  /// @throws IOException when it cannot be read
  default String text() throws IOException {
    return switch (this) {
      case Text(String name, String text) -> text;
      case Bounded(File outer, Optional<PolicyOrigin> inner) -> {
        String bounds = "# policy: " + outer.shown() + "\n" + outer.text();
        yield inner.isEmpty() ? bounds : bounds + "\n# policy: within it\n" + inner.get().text();
      }
      case File(Path path) when !Files.isDirectory(path) -> Files.readString(path);
      case File(Path path) -> {
        StringBuilder all = new StringBuilder();
        for (Path file : PolicyLoader.files(path)) {
          all.append("# file: ").append(file.getFileName()).append('\n');
          all.append(Files.readString(file)).append('\n');
        }
        yield all.toString();
      }
    };
  }

  /// The files that it is read from.
  default List<Path> files() {
    return switch (this) {
      case File(Path path) -> List.of(path);
      case Text text -> List.of();
      case Bounded(File outer, Optional<PolicyOrigin> inner) ->
          Stream.concat(outer.files().stream(), inner.stream().flatMap(own -> own.files().stream()))
              .toList();
    };
  }

  /// Loads it.
  ///
  /// @throws PolicyRejectedException with every problem, and then nothing is put in force
  default Policy load() throws PolicyRejectedException {
    return load(InterceptedClasses.AS_WRITTEN);
  }

  /// The same, where more may be intercepted than the policy says.
  ///
  /// @throws PolicyRejectedException with every problem, and then nothing is put in force
  default Policy load(InterceptedClasses intercepted) throws PolicyRejectedException {
    if (this instanceof Bounded(File outer, Optional<PolicyOrigin> inner)) {
      // Also where there is no other policy: what relaxes the one below relaxes no bounds.
      Policy bounds = outer.load(intercepted);
      return (inner.isEmpty() ? bounds : inner.get().load(intercepted)).within(bounds);
    }
    Policy policy = read(intercepted);
    List<String> problems = new ArrayList<>();
    for (PolicySource.ClassSource from : policy.source().classes()) {
      from.allow().forEach(entry -> notYet(entry).ifPresent(problems::add));
    }
    for (TestResult result : PolicyTests.run(policy, Instant.now())) {
      if (!result.passed()) {
        problems.add(result.expected().place() + ": test failed: " + result.line());
      }
    }
    if (!problems.isEmpty()) {
      throw new PolicyRejectedException(problems);
    }
    return policy;
  }

  /// What an entry asks for and this version's gate cannot do. A word that it would read over could
  /// let through what the author meant to hold back.
  private static Optional<String> notYet(Entry entry) {
    String at = entry.rule().place() + ": this entry ";
    if (entry.duties().needsSight()) {
      return Optional.of(
          at + "needs an inspection that is not in this version; take out the condition");
    }
    return Optional.empty();
  }

  private Policy read(InterceptedClasses intercepted) throws PolicyRejectedException {
    try {
      return switch (this) {
        case File(Path path) -> PolicyLoader.load(path, intercepted);
        case Text(String name, String text) -> PolicyLoader.load(name, text, intercepted);
        case Bounded bounded -> throw new IllegalStateException("is read in two parts");
      };
    } catch (LoadException wrong) {
      throw new PolicyRejectedException(wrong.problems().stream().map(Problem::toString).toList());
    } catch (IOException unreadable) {
      throw new PolicyRejectedException(
          List.of(
              shown()
                  + ": the policy cannot be read; is the path right, and may the gate read it?"));
    }
  }
}
