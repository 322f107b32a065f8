package dev.sallyport.proxy.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sallyport.proxy.PolicyOrigin;
import dev.sallyport.proxy.config.LoadedSettings;
import dev.sallyport.proxy.config.Managed;
import dev.sallyport.proxy.config.Unreadable;
import dev.sallyport.proxy.config.UserFolders;
import dev.sallyport.rules.Policy;
import dev.sallyport.rules.load.LoadException;
import dev.sallyport.rules.load.PolicyLoader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Finds the policy to use: one that somebody named, the user's own, or the one that comes with the
/// program. Never one that lies in the working directory, where the agent could have put it.
final class PolicyLocation {
  /// What places in the built-in policy carry as their file.
  static final String STARTER = "starter-policy.yaml";

  private static final String USERS_OWN = "policy.yaml";
  private static final String RESOURCE = "/dev/sallyport/proxy/" + STARTER;

  private PolicyLocation() {}

  /// The policy where the command line names none: the one of the settings, else `policy.yaml` in
  /// the user's configuration folder, else the organisation's alone, else the starter. A user's own
  /// policy that cannot be read is not passed over; loading it fails. Where the organisation has a
  /// policy, every other one is within its bounds.
  static PolicyOrigin of(LoadedSettings loaded, UserFolders folders) {
    Optional<PolicyOrigin> named =
        loaded.settings().policy().<PolicyOrigin>map(PolicyOrigin.File::new).or(() -> own(folders));
    return loaded.managed().flatMap(Managed::policy).isPresent()
        ? bounded(loaded.managed(), named)
        : named.orElseGet(PolicyLocation::starter);
  }

  /// A policy that somebody named, within the bounds of the organisation's where it has one.
  static PolicyOrigin named(Path policy, LoadedSettings loaded) {
    PolicyOrigin named = new PolicyOrigin.File(policy);
    return loaded.managed().flatMap(Managed::policy).isPresent()
        ? bounded(loaded.managed(), Optional.of(named))
        : named;
  }

  private static PolicyOrigin bounded(Optional<Managed> managed, Optional<PolicyOrigin> inner) {
    return new PolicyOrigin.Bounded(
        new PolicyOrigin.File(managed.flatMap(Managed::policy).orElseThrow()), inner);
  }

  private static Optional<PolicyOrigin> own(UserFolders folders) {
    Path own = folders.config().resolve(USERS_OWN);
    return Files.exists(own, LinkOption.NOFOLLOW_LINKS)
        ? Optional.of(new PolicyOrigin.File(own))
        : Optional.empty();
  }

  /// The policy that comes with the program: enough to begin with.
  static PolicyOrigin.Text starter() {
    try (InputStream in = PolicyLocation.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException("the starter policy is missing from the program");
      }
      return new PolicyOrigin.Text(STARTER, new String(in.readAllBytes(), UTF_8));
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  /// Reads a policy without running its tests and whether or not a gate of this version could put
  /// it in force, which is what one wants of a policy that one looks at.
  ///
  /// @throws LoadException with everything that is wrong, an unreadable file included
  static Policy read(PolicyOrigin origin) throws LoadException {
    return switch (origin) {
      case PolicyOrigin.File(Path path) -> read(path);
      case PolicyOrigin.Text(String shown, String text) -> PolicyLoader.load(shown, text);
      case PolicyOrigin.Bounded(PolicyOrigin.File outer, Optional<PolicyOrigin> inner) -> {
        Policy bounds = read(outer);
        yield (inner.isEmpty() ? bounds : read(inner.get())).within(bounds);
      }
    };
  }

  /// The same for a file or a folder.
  static Policy read(Path path) throws LoadException {
    try {
      return PolicyLoader.load(path);
    } catch (IOException unreadable) {
      throw new LoadException(List.of(Unreadable.problem(path, unreadable)));
    }
  }
}
