package dev.sallyport.proxy.intercept;

import dev.sallyport.rules.ClientIdentity;
import io.netty.handler.codec.http.HttpRequest;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/// Remembers which programs showed that they trust the gate's authority, and which that they do
/// not, so that the next refusal of the latter is a refused CONNECT. A program is known by its
/// client's identity and the fingerprint of its ClientHello. That is not there yet when a CONNECT
/// has to be answered, so the form of the CONNECT says which programs may stand behind it: only
/// where none of them trusts the gate is it refused. Bounded in number and in time; safe on any
/// thread.
public final class Distrust {
  /// Forms of CONNECT that are remembered; beyond, the one that was seen first is forgotten.
  static final int MAX_CLIENTS = 4096;

  /// Programs behind one form; beyond, the one that was seen first is forgotten.
  static final int MAX_PROGRAMS = 8;

  /// How long one is remembered: somebody may have installed the authority since.
  static final Duration REMEMBERED = Duration.ofMinutes(10);

  private final LongSupplier nanos;
  private final Map<Client, Map<Long, Shown>> programs = new LinkedHashMap<>();

  private record Shown(boolean trust, long atNanos) {}

  /// @param nanos a clock like [System#nanoTime]
  public Distrust(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /// Who sends CONNECTs of one form.
  ///
  /// @param form names of the fields of its CONNECT in their order, and its User-Agent
  public record Client(ClientIdentity identity, List<String> form, Optional<String> userAgent) {
    /// The client that sent this CONNECT.
    public static Client of(ClientIdentity identity, HttpRequest connect) {
      return new Client(
          identity,
          List.copyOf(connect.headers().names()),
          Optional.ofNullable(connect.headers().get("user-agent")));
    }
  }

  /// A program has shown that it does not.
  ///
  /// @param fingerprint of its ClientHello
  public void distrusts(Client client, long fingerprint) {
    remember(client, fingerprint, false);
  }

  /// A program has shown that it does.
  ///
  /// @param fingerprint of its ClientHello
  public void trusts(Client client, long fingerprint) {
    remember(client, fingerprint, true);
  }

  private synchronized void remember(Client client, long fingerprint, boolean trust) {
    Map<Long, Shown> behind = programs.remove(client);
    if (behind == null) {
      if (trust) {
        // Who trusts the gate is the rule, and worth a place only beside one who does not.
        return;
      }
      behind = new LinkedHashMap<>();
    }
    behind.remove(fingerprint);
    behind.put(fingerprint, new Shown(trust, nanos.getAsLong()));
    forgetFirst(behind, MAX_PROGRAMS);
    programs.put(client, behind);
    forgetFirst(programs, MAX_CLIENTS);
  }

  private static <K, V> void forgetFirst(Map<K, V> map, int max) {
    if (map.size() > max) {
      map.remove(map.keySet().iterator().next());
    }
  }

  /// Whether a CONNECT of this client comes from a program that does not, as far as is known.
  public synchronized boolean isKnown(Client client) {
    Map<Long, Shown> behind = programs.get(client);
    if (behind == null) {
      return false;
    }
    long now = nanos.getAsLong();
    behind.values().removeIf(shown -> now - shown.atNanos() >= REMEMBERED.toNanos());
    if (behind.values().stream().allMatch(Shown::trust)) {
      programs.remove(client);
      return false;
    }
    return behind.values().stream().noneMatch(Shown::trust);
  }
}
