package dev.sallyport.proxy.testing;

import dev.sallyport.rules.ClientIdentity;
import dev.sallyport.rules.Decision;
import dev.sallyport.rules.Destination;
import dev.sallyport.rules.Host;
import dev.sallyport.rules.HostPattern;
import dev.sallyport.rules.Kill;
import dev.sallyport.rules.MalformedHostException;
import dev.sallyport.rules.Permit;
import dev.sallyport.rules.Policy;
import dev.sallyport.rules.Scheme;
import dev.sallyport.rules.load.LoadException;
import dev.sallyport.rules.load.PolicyLoader;
import java.net.InetAddress;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Policies of one class and one profile, for every client.
public final class Policies {
  /// A client that showed nothing.
  public static final ClientIdentity CLIENT =
      ClientIdentity.anonymous(InetAddress.getLoopbackAddress(), "main");

  private Policies() {}

  /// The text of a policy that allows these entries, each as it stands behind the dash.
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
            Stream.of(entries).map(entry -> "      - " + entry).collect(Collectors.joining("\n")));
  }

  /// The same, loaded.
  public static Policy of(String... entries) {
    try {
      return PolicyLoader.load("policy.yaml", allowing(entries));
    } catch (LoadException wrong) {
      throw new IllegalArgumentException(wrong);
    }
  }

  /// Where a tunnel leads.
  public static Destination https(String host) {
    return to(Scheme.HTTPS, host, 443);
  }

  /// Where a plain request leads.
  public static Destination http(String host) {
    return to(Scheme.HTTP, host, 80);
  }

  /// Any destination.
  public static Destination to(Scheme scheme, String host, int port) {
    try {
      return new Destination(scheme, Host.parse(host), port);
    } catch (MalformedHostException wrong) {
      throw new IllegalArgumentException(host, wrong);
    }
  }

  /// What a policy says of the client that showed nothing.
  public static Decision decision(Policy policy, Destination to) {
    return policy.decide(CLIENT, to, Instant.now());
  }

  /// The permit for a destination that the policy allows.
  public static Permit permit(Policy policy, Destination to) {
    return decision(policy, to).permit().orElseThrow();
  }

  /// A kill switch against this.
  public static Kill kill(Kill.Target target) {
    return new Kill(target, "leak", "root", Instant.now().truncatedTo(ChronoUnit.MILLIS));
  }

  /// A host and all below it, as what a kill switch is against.
  public static Kill.Target killable(String host) {
    return new Kill.Target.To(new HostPattern.Domain((Host.Name) https(host).host()));
  }
}
