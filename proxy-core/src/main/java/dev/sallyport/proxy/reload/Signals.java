package dev.sallyport.proxy.reload;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Objects;

/// What the operating system tells the process.
public final class Signals {
  private static final String HANG_UP = "HUP";
  private static final String INTERRUPT = "INT";
  private static final String TERMINATE = "TERM";

  private Signals() {}

  /// Runs an action at every SIGHUP, on a thread of its own; signals that come close together may
  /// run it twice at once or once for several.
  ///
  /// @return false where the system has no such signal or the process was started with it ignored,
  ///   as `nohup` does; the action then never runs
  public static boolean onHangUp(Runnable action) {
    return on(HANG_UP, action);
  }

  /// The same for SIGINT, which then no longer ends the process.
  public static boolean onInterrupt(Runnable action) {
    return on(INTERRUPT, action);
  }

  /// The same for SIGTERM, which then no longer ends the process.
  public static boolean onTerminate(Runnable action) {
    return on(TERMINATE, action);
  }

  /// The JDK's only way to a signal is `sun.misc.Signal`. It is supported (JEP 260), but the
  /// compiler warns of it in a manner that nothing can switch off, so it is looked up by name.
  private static boolean on(String name, Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      MethodHandle run =
          MethodHandles.lookup()
              .findVirtual(Runnable.class, "run", MethodType.methodType(void.class))
              .bindTo(action);
      Object before =
          signal
              .getMethod("handle", signal, handler)
              .invoke(
                  null,
                  signal.getConstructor(String.class).newInstance(name),
                  MethodHandleProxies.asInterfaceInstance(
                      handler, MethodHandles.dropArguments(run, 0, signal)));
      return !Objects.equals(before, handler.getField("SIG_IGN").get(null));
    } catch (ReflectiveOperationException notHere) {
      return false;
    }
  }

  /// Runs an action when the process is told to stop (SIGTERM, SIGINT) or ends for another reason.
  /// The process ends when the action does, so it has to be bounded in time.
  public static void onStop(Runnable action) {
    Runtime.getRuntime().addShutdownHook(new Thread(action, "sallyport-stop"));
  }
}
