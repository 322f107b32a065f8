package dev.sallyport.proxy.run;

import dev.sallyport.proxy.config.ParentUrl;
import dev.sallyport.proxy.config.Settings;
import dev.sallyport.proxy.config.Settings.Parent;
import dev.sallyport.rules.Host;
import dev.sallyport.rules.MalformedHostException;
import dev.sallyport.rules.load.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// The way out that an environment names: a parent proxy, and the hosts that are reached without
/// it.
///
/// @param notes what a person should know of it, sentences without the proxy's credentials
public record WayOut(Optional<Parent> parent, List<Host> noProxy, List<String> notes) {
  /// The first that is not empty counts. Small letters come first, as with curl and Claude Code.
  private static final List<String> PROXIES =
      List.of("https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY");

  private static final List<String> NO_PROXIES = List.of("no_proxy", "NO_PROXY");

  /// Blanks or commas, as Claude Code has it.
  private static final Pattern BETWEEN = Pattern.compile("[,\\s]+");

  private static final String EVERY_HOST = "*";

  public WayOut {
    noProxy = List.copyOf(noProxy);
    notes = List.copyOf(notes);
  }

  /// The environment names a proxy that this gate cannot go through.
  public static final class UnusableException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String sentence;

    UnusableException(String sentence) {
      super(sentence, null, false, false);
      this.sentence = sentence;
    }

    /// What is wrong and what to do, without the URL, which may hold a password.
    public String sentence() {
      return sentence;
    }
  }

  /// Reads the usual variables.
  ///
  /// @throws UnusableException for a proxy that is not `http://host:port`: going past it in silence
  ///   could go past somebody's controls
  public static WayOut of(Map<String, String> environment) throws UnusableException {
    Optional<String> variable = firstSet(environment, PROXIES);
    if (variable.isEmpty()) {
      return new WayOut(Optional.empty(), List.of(), List.of());
    }
    List<String> excluded = excluded(environment);
    if (excluded.contains(EVERY_HOST)) {
      String note =
          "goes out directly, because NO_PROXY is `*`; `" + variable.get() + "` is not used";
      return new WayOut(Optional.empty(), List.of(), List.of(note));
    }
    Parent parent = parent(variable.get(), environment.getOrDefault(variable.get(), ""));
    List<String> notes = new ArrayList<>();
    notes.add(
        "goes out through the parent proxy "
            + parent.host().authorityText()
            + ":"
            + parent.port()
            + ", from "
            + variable.get());
    noteOther(environment, variable.get(), parent, notes);
    return new WayOut(Optional.of(parent), hosts(excluded, notes), notes);
  }

  /// The same as settings.
  public Settings.Upstream upstream(Settings.Upstream otherwise) {
    return new Settings.Upstream(
        parent, noProxy, otherwise.resolveAtGate(), otherwise.roots(), otherwise.certificates());
  }

  private static Optional<String> firstSet(Map<String, String> environment, List<String> names) {
    return names.stream().filter(name -> !environment.getOrDefault(name, "").isBlank()).findFirst();
  }

  private static Parent parent(String variable, String value) throws UnusableException {
    String url = value.strip();
    try {
      // Without a scheme it is http to every client that reads these variables.
      return ParentUrl.parse(url.contains("://") ? url : "http://" + url);
    } catch (ParentUrl.MalformedException wrong) {
      throw new UnusableException(
          "the proxy in `"
              + variable
              + "` cannot be used as parent proxy: "
              + wrong.why()
              + "; set it to `http://host:port`, or unset it to go out directly");
    }
  }

  /// One parent serves both schemes here; a second one must not disappear without a word.
  private static void noteOther(
      Map<String, String> environment, String used, Parent parent, List<String> notes)
      throws UnusableException {
    Optional<String> plain = firstSet(environment, List.of("http_proxy", "HTTP_PROXY"));
    if (plain.isPresent()
        && !plain.get().equalsIgnoreCase(used)
        && !parent(plain.get(), environment.getOrDefault(plain.get(), "")).equals(parent)) {
      notes.add(
          "`"
              + plain.get()
              + "` names another proxy, which is not used: plain http takes the same way");
    }
  }

  private static List<String> excluded(Map<String, String> environment) {
    return firstSet(environment, NO_PROXIES)
        .map(name -> BETWEEN.splitAsStream(environment.getOrDefault(name, "")))
        .map(entries -> entries.filter(entry -> !entry.isEmpty()).toList())
        .orElse(List.of());
  }

  private static List<Host> hosts(List<String> entries, List<String> notes) {
    List<Host> hosts = new ArrayList<>();
    List<String> unread = new ArrayList<>();
    for (String entry : entries) {
      try {
        hosts.add(host(entry));
      } catch (MalformedHostException notOne) {
        unread.add(Problem.quote(entry));
      }
    }
    if (!unread.isEmpty()) {
      notes.add(
          "NO_PROXY holds "
              + String.join(", ", unread)
              + ", which is neither a name nor an address; what is meant goes through the parent"
              + " proxy");
    }
    return hosts;
  }

  /// `example.com`, `.example.com` and `*.example.com` mean the same to most clients: the name and
  /// all below it.
  private static Host host(String entry) throws MalformedHostException {
    String name = entry.startsWith("*.") ? entry.substring(2) : entry;
    name = name.startsWith(".") ? name.substring(1) : name;
    boolean bareIpv6 = name.indexOf(':') >= 0 && name.indexOf(':') != name.lastIndexOf(':');
    return Host.parse(bareIpv6 && !name.startsWith("[") ? "[" + name + "]" : name);
  }
}
