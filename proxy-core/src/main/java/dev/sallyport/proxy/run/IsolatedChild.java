package dev.sallyport.proxy.run;

import dev.sallyport.proxy.CannotStartException;
import dev.sallyport.proxy.Gate;
import dev.sallyport.proxy.config.Listen;
import dev.sallyport.proxy.isolate.CannotIsolateException;
import dev.sallyport.proxy.isolate.Isolation;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A child that has no way out but its gate. Begun before the gate starts, since both take their
/// time; it is the command once [#enter] has returned. Blocks.
public final class IsolatedChild implements AutoCloseable {
  private final ChildCommand command;
  private final ChildProcess process;
  private final Isolation isolation;

  private IsolatedChild(ChildCommand command, ChildProcess process, Isolation isolation) {
    this.command = command;
    this.process = process;
    this.isolation = isolation;
  }

  /// Begins. Signals are passed on from then on.
  ///
  /// @throws CannotIsolateException when this system does not allow it
  public static IsolatedChild begin(ChildCommand command, Map<String, String> environment)
      throws CannotIsolateException {
    AtomicReference<@Nullable ChildProcess> started = new AtomicReference<>();
    Isolation isolation =
        Isolation.begin(
            environment,
            command.folder(),
            builder -> {
              ChildProcess child = ChildProcess.start(builder);
              started.set(child);
              return child.process();
            });
    return new IsolatedChild(command, Optional.ofNullable(started.get()).orElseThrow(), isolation);
  }

  /// Where it finds the gate: always the same place, since there is nobody else in its network.
  public static InetSocketAddress gate() {
    return Isolation.PROXY;
  }

  /// Gives the gate what listens in the child's network, and has the child become its command.
  ///
  /// @param tell told in a sentence what it cannot reach, before it begins
  public void enter(Gate gate, Map<String, String> environment, Consumer<String> tell)
      throws CannotIsolateException, CannotStartException {
    Isolation.Handed handed = isolation.handed();
    Map<Integer, Listen> listeners = new HashMap<>();
    listeners.put(
        handed.proxy(), new Listen(RunSettings.LISTENER, gate().getAddress(), gate().getPort()));
    handed
        .transparent()
        .forEach((port, descriptor) -> listeners.put(descriptor, transparent(port)));
    gate.adopt(listeners, handed.datagrams(), handed.streams(), Isolation.ANSWERS);
    Collection<Path> sockets = Isolation.socketsToHide(environment);
    tell.accept(notice(sockets.size()));
    isolation.enter(command.program(), command.words(), environment, sockets);
  }

  private static String notice(int hidden) {
    return "the command is in a network of its own, where everything leads to this gate or nowhere;"
        + " "
        + (hidden == 0
            ? "no Unix sockets of other programs were found to hide"
            : hidden + " Unix sockets of other programs are hidden from it");
  }

  private static Listen transparent(int port) {
    return new Listen(
        RunSettings.LISTENER,
        gate().getAddress(),
        port,
        List.of(),
        Optional.empty(),
        new Listen.Service.Transparent(new Listen.Leading.ForPort(port)));
  }

  /// See [ChildProcess#await].
  public int await() {
    return process.await();
  }

  /// Ends what was begun, unless it has become the command and ended by itself.
  @Override
  public void close() {
    process.process().destroy();
    isolation.close();
  }
}
