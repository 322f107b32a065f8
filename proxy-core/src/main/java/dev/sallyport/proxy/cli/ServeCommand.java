package dev.sallyport.proxy.cli;

import dev.sallyport.proxy.CannotStartException;
import dev.sallyport.proxy.Gate;
import dev.sallyport.proxy.PolicyOrigin;
import dev.sallyport.proxy.PolicyRejectedException;
import dev.sallyport.proxy.accept.ListenerTls;
import dev.sallyport.proxy.config.Listen;
import dev.sallyport.proxy.config.LoadedSettings;
import dev.sallyport.proxy.config.Settings;
import dev.sallyport.proxy.identify.TokenStore;
import dev.sallyport.proxy.reload.FileWatch;
import dev.sallyport.proxy.reload.Signals;
import dev.sallyport.proxy.reload.Supervisor;
import dev.sallyport.rules.Policy;
import dev.sallyport.rules.load.LoadException;
import io.netty.util.NetUtil;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `sallyport serve`: runs a gate until it is told to stop.
@Command(
    name = "serve",
    mixinStandardHelpOptions = true,
    description = {
      "Runs the gate until SIGTERM, then lets open connections end within limits.time.drain.",
      "SIGHUP, or a change of the policy, the token file or a listener's certificate, loads them"
          + " again; when the new",
      "one is wrong, or the policy's tests fail, the old one stays in force."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:stopped",
      "2:the settings or the policy cannot be used",
      "3:could not start: a port is taken, the audit folder or the tokens cannot be used"
    })
final class ServeCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(ServeCommand.class);

  private final Surroundings surroundings;

  @Mixin private SettingsOptions settingsOptions = new SettingsOptions();

  ServeCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /// Serves; returns when the gate has stopped.
  @Override
  public Integer call()
      throws LoadException, PolicyRejectedException, CannotStartException, InterruptedException {
    LoadedSettings loaded = settingsOptions.load(surroundings);
    LogSetup.apply(loaded.settings().log());
    PolicyOrigin origin = PolicyLocation.of(loaded, surroundings.folders());
    List<Path> watched = new ArrayList<>(origin.files());
    loaded.settings().identity().tokens().ifPresent(watched::add);
    loaded.settings().listen().stream()
        .flatMap(listen -> listen.tls().stream())
        .forEach(tls -> watched.addAll(ListenerTls.files(tls)));
    AtomicReference<@Nullable Gate> running = new AtomicReference<>();
    AtomicBoolean changedEarly = new AtomicBoolean();
    // The watch begins before the files are read, so that no change falls between.
    try (FileWatch watch =
        FileWatch.start(watched, changed -> changed(running.get(), changedEarly))) {
      LOG.debug("watching {}", watch);
      Policy policy = origin.load();
      Settings settings =
          policy.assignsAddresses() ? loaded.withAddressesAssigned() : loaded.settings();
      Gate gate = Gate.start(settings, origin, policy, Gate.Whose.SHARED, loaded.managed());
      running.set(gate);
      if (changedEarly.get()) {
        reload(gate);
      }
      serve(gate, origin, settings);
    }
    return ExitCode.OK;
  }

  private void serve(Gate gate, PolicyOrigin origin, Settings settings)
      throws InterruptedException {
    CountDownLatch stopped = new CountDownLatch(1);
    Supervisor supervisor =
        new Supervisor(Optional.ofNullable(surroundings.environment().get(Supervisor.VARIABLE)));
    Signals.onStop(
        () -> {
          supervisor.stopping();
          LOG.info("stopping; {} connections are open", gate.openConnections());
          gate.stop();
          stopped.countDown();
        });
    if (!Signals.onHangUp(() -> reload(gate))) {
      LOG.info("SIGHUP is not taken here; `sallyport reload` and a change of the file do the same");
    }
    PrintWriter out = surroundings.out();
    List<InetSocketAddress> addresses = gate.addresses();
    for (int i = 0; i < addresses.size(); i++) {
      out.println("listening on " + offers(settings.listen().get(i), text(addresses.get(i))));
    }
    gate.adminAddress()
        .ifPresent(address -> out.println("health, metrics on http://" + text(address)));
    out.println("policy " + gate.policy().stamp().shortText() + " from " + origin.shown());
    out.println("audit " + settings.audit().file());
    out.flush();
    supervisor.ready("policy " + gate.policy().stamp().shortText() + " at the start");
    stopped.await();
  }

  /// What changes while the gate is still starting is read again when it has started.
  private static void changed(@Nullable Gate gate, AtomicBoolean changedEarly) {
    if (gate == null) {
      changedEarly.set(true);
    } else {
      reload(gate);
    }
  }

  private static void reload(Gate gate) {
    if (gate.reloadTokens() instanceof TokenStore.Reload.Kept(String why)) {
      LOG.warn("the token file is not replaced, the old tokens stay in force: {}", why);
    }
    gate.reloadCertificates();
    try {
      gate.reload();
    } catch (PolicyRejectedException rejected) {
      LOG.debug("the gate has said so in its log and in the audit", rejected);
    }
  }

  private static String offers(Listen listen, String address) {
    return switch (listen.service()) {
      case Listen.Service.Proxy(boolean socks) ->
          (listen.tls().isPresent() ? "https://" : "http://")
              + address
              + (socks ? " and SOCKS5" : "")
              + (listen.balancers().isEmpty() ? "" : " behind a balancer");
      case Listen.Service.Transparent led -> address + ", for what the network leads there";
    };
  }

  private static String text(InetSocketAddress address) {
    String host = NetUtil.toAddressString(address.getAddress());
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
  }
}
