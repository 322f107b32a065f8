package dev.sallyport.proxy.run;

import dev.sallyport.proxy.config.BuiltInGateways;
import dev.sallyport.proxy.config.Listen;
import dev.sallyport.proxy.config.Settings;
import dev.sallyport.proxy.config.Settings.Audit;
import dev.sallyport.proxy.config.Settings.AuthorityPlace;
import dev.sallyport.proxy.config.Settings.Identity;
import dev.sallyport.proxy.config.Settings.InBand;
import dev.sallyport.proxy.config.Settings.Intercept;
import dev.sallyport.proxy.config.Settings.Limits;
import dev.sallyport.proxy.config.Settings.Roots;
import dev.sallyport.proxy.config.Settings.Times;
import dev.sallyport.proxy.config.Settings.Upstream;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The settings of a gate that belongs to one child.
public final class RunSettings {
  /// What a policy can call the listener in `assign`.
  static final String LISTENER = "run";

  /// How long connections may go on when the child has ended; what they serve has ended with it, or
  /// was left behind on purpose.
  static final Duration DRAIN = Duration.ofSeconds(2);

  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

  private RunSettings() {}

  /// A free port of this machine.
  public static List<Listen> anyPort() {
    return List.of(new Listen(LISTENER, LOOPBACK, 0));
  }

  /// The user's settings with a listener on a free port, no admin port and no control socket, no
  /// credentials, an authority in memory, and an audit chain of its own.
  ///
  /// @param listen where the child finds the gate; nothing where it is handed sockets
  /// @param auditFile a file that no other gate writes
  public static Settings of(
      Settings users, List<Listen> listen, Upstream upstream, InBand refuseInBand, Path auditFile) {
    Audit audit = users.audit();
    return new Settings(
        listen,
        Optional.empty(),
        Optional.empty(),
        users.policy(),
        new Identity(Optional.empty(), false),
        new Audit(auditFile, audit.rotateSize(), audit.keepFor(), audit.continueOnFailure()),
        users.resolve(),
        users.ownAddresses(),
        users.connectTo(),
        upstream,
        new Intercept(new AuthorityPlace.Memory(), refuseInBand),
        gateways(users.gateways()),
        limits(users.limits()),
        users.log(),
        Optional.empty());
  }

  /// The way out with the roots that the child trusted before, where the user's settings name none
  /// of their own.
  ///
  /// @param files in PEM
  public static Upstream trusting(Upstream upstream, List<Path> files) {
    return upstream.roots().equals(Roots.SYSTEM)
        ? upstream.trusting(new Roots(true, files))
        : upstream;
  }

  /// Where refusals are told within TLS: everywhere unless the user says otherwise, since the child
  /// is made to trust the gate.
  public static InBand refuseInBand(Settings users) {
    InBand said = users.intercept().refuseInBand();
    return said == InBand.AUTO ? InBand.ALWAYS : said;
  }

  /// The built-in ones where the user names none: TLS with origins is at hand in such a gate.
  private static Settings.Gateways gateways(Settings.Gateways users) {
    return users.bases().isEmpty() ? BuiltInGateways.all() : users;
  }

  private static Limits limits(Limits users) {
    Times times = users.times();
    // The whole session comes from one address, so that a limit for each client would be one for
    // all.
    return new Limits(
        users.connections(),
        users.connections(),
        users.eventsPerClient(),
        users.requestHead(),
        users.clientHello(),
        new Times(
            times.requestHead(),
            times.clientHello(),
            times.dial(),
            times.handshake(),
            times.idle(),
            DRAIN));
  }
}
