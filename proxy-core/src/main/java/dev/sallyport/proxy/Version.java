package dev.sallyport.proxy;

import java.util.Optional;

/// Which Sallyport this is.
public final class Version {
  /// The version of the packaged program; `development` when it runs from classes.
  public static final String TEXT =
      Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
          .orElse("development");

  private Version() {}
}
