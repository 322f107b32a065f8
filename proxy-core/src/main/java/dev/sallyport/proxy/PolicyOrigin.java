package dev.sallyport.proxy;

import dev.sallyport.rules.Policy;
import dev.sallyport.rules.PolicySource;
import dev.sallyport.rules.Treatment;
import dev.sallyport.rules.check.PolicyTests;
import dev.sallyport.rules.check.TestResult;
import dev.sallyport.rules.load.LoadException;
import dev.sallyport.rules.load.PolicyLoader;
import dev.sallyport.rules.load.Problem;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

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

  /// The path or name, for messages.
  String shown();

  /// Loads it.
  ///
  /// @throws PolicyRejectedException with every problem, and then nothing is put in force
  default Policy load() throws PolicyRejectedException {
    Policy policy = read();
    List<String> problems = new ArrayList<>();
    for (PolicySource.ClassSource from : policy.source().classes()) {
      if (from.treatment() == Treatment.INTERCEPT) {
        problems.add(
            from.place()
                + ": class `"
                + from.name()
                + "` needs interception, which is not in this version; take out `intercept: true`"
                + " to let its hosts through as tunnels");
      }
    }
    for (TestResult result : PolicyTests.run(policy)) {
      if (!result.passed()) {
        problems.add(result.expected().place() + ": test failed: " + result.line());
      }
    }
    if (!problems.isEmpty()) {
      throw new PolicyRejectedException(problems);
    }
    return policy;
  }

  private Policy read() throws PolicyRejectedException {
    try {
      return switch (this) {
        case File(Path path) -> PolicyLoader.load(path);
        case Text(String name, String text) -> PolicyLoader.load(name, text);
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
