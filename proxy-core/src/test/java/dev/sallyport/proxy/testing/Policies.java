package dev.sallyport.proxy.testing;

import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Policies of one class and one profile, for every client.
public final class Policies {
  private Policies() {}

  /// A policy that allows these entries, each as it stands behind the dash.
  public static String allowing(String... entries) {
    return """
        sallyport: 1
        name: test
        contact: "#egress"
        classes:
          web:
            allow:
        %s
        deny:
          - {domain: denied.example, reason: dead drop}
        profiles: {all: {classes: [web]}}
        assign: [{anonymous: true, profile: all}]
        """
        .formatted(
            Stream.of(entries)
                .map(entry -> "      - " + entry)
                .collect(Collectors.joining("\n")));
  }
}
