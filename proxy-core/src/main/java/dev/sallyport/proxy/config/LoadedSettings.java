package dev.sallyport.proxy.config;

import dev.sallyport.proxy.config.Settings.Identity;
import java.nio.file.Path;
import java.util.Optional;

/// Settings, and what only their reader knows of them.
///
/// @param settings with `identity.required` as given, or as the listeners make it
/// @param requiredIsGiven whether somebody wrote `identity.required`
/// @param tokenFile where tokens are kept: the file of the settings or, where they name none, the
///   place of the default
/// @param managed what the organisation says beside settings; empty where it says nothing
public record LoadedSettings(
    Settings settings, boolean requiredIsGiven, Path tokenFile, Optional<Managed> managed) {
  /// Settings of which the organisation says nothing.
  public LoadedSettings(Settings settings, boolean requiredIsGiven, Path tokenFile) {
    this(settings, requiredIsGiven, tokenFile, Optional.empty());
  }

  LoadedSettings managedBy(Optional<Managed> organisation) {
    return new LoadedSettings(settings, requiredIsGiven, tokenFile, organisation);
  }

  /// The settings for a policy that assigns profiles by address: clients are then known by where
  /// they come from, so that nobody is asked for credentials unless the settings say so themselves.
  public Settings withAddressesAssigned() {
    if (requiredIsGiven) {
      return settings;
    }
    return new Settings(
        settings.listen(),
        settings.admin(),
        settings.control(),
        settings.policy(),
        new Identity(settings.identity().tokens(), false),
        settings.audit(),
        settings.resolve(),
        settings.ownAddresses(),
        settings.connectTo(),
        settings.upstream(),
        settings.intercept(),
        settings.gateways(),
        settings.limits(),
        settings.log(),
        settings.dns());
  }
}
