package dev.sallyport.proxy.run;

import dev.sallyport.proxy.config.NoProxy;
import dev.sallyport.proxy.config.ParentUrl;
import dev.sallyport.proxy.config.Parents;
import dev.sallyport.proxy.config.Parents.Parent;
import dev.sallyport.proxy.config.Settings;
import dev.sallyport.rules.MalformedHostException;
import dev.sallyport.rules.Scheme;
import dev.sallyport.rules.load.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// The way out that an environment names: parent proxies, and the hosts that are reached without
/// them.
///
/// @param notes what a person should know of it, sentences without the proxies' credentials
public record WayOut(
    Optional<Parent> https, Optional<Parent> http, List<NoProxy> noProxy, List<String> notes) {
  /// The first that is not empty counts. Small letters come first, as with curl and Claude Code;
  /// last the other scheme's, since whoever names a proxy for one may have no other way for either.
  private static final List<String> FOR_HTTPS =
      List.of("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "http_proxy", "HTTP_PROXY");

  private static final List<String> FOR_HTTP =
      List.of("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY", "https_proxy", "HTTPS_PROXY");

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
  /// @throws UnusableException for a proxy that is neither `http://host:port` nor
  ///   `https://host:port`: going past it in silence could go past somebody's controls
  public static WayOut of(Map<String, String> environment) throws UnusableException {
    Optional<String> https = firstSet(environment, FOR_HTTPS);
    Optional<String> http = firstSet(environment, FOR_HTTP);
    if (https.isEmpty() || http.isEmpty()) {
      return new WayOut(Optional.empty(), Optional.empty(), List.of(), List.of());
    }
    List<String> excluded = excluded(environment);
    if (excluded.contains(EVERY_HOST)) {
      String note = "goes out directly, because NO_PROXY is `*`; `" + https.get() + "` is not used";
      return new WayOut(Optional.empty(), Optional.empty(), List.of(), List.of(note));
    }
    Parent forHttps = parent(https.get(), environment.getOrDefault(https.get(), ""));
    Parent forHttp = parent(http.get(), environment.getOrDefault(http.get(), ""));
    List<String> notes = new ArrayList<>();
    notes.add("goes out through " + words(forHttps, https.get()));
    if (!forHttp.equals(forHttps)) {
      notes.add("plain http goes out through " + words(forHttp, http.get()));
    }
    return new WayOut(Optional.of(forHttps), Optional.of(forHttp), noProxy(excluded, notes), notes);
  }

  private static String words(Parent parent, String variable) {
    return "the parent proxy "
        + parent.place()
        + (parent.scheme() == Scheme.HTTPS ? " within TLS" : "")
        + ", from "
        + variable;
  }

  /// The same as settings.
  public Settings.Upstream upstream(Settings.Upstream otherwise) {
    return otherwise.through(
        new Parents(https, http, Map.of(), noProxy, otherwise.parents().tls()));
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
              + "; set it to `http://host:port` or `https://host:port`, or unset it to go out"
              + " directly");
    }
  }

  private static List<String> excluded(Map<String, String> environment) {
    return firstSet(environment, NO_PROXIES)
        .map(name -> BETWEEN.splitAsStream(environment.getOrDefault(name, "")))
        .map(entries -> entries.filter(entry -> !entry.isEmpty()).toList())
        .orElse(List.of());
  }

  private static List<NoProxy> noProxy(List<String> entries, List<String> notes) {
    List<NoProxy> all = new ArrayList<>();
    List<String> unread = new ArrayList<>();
    for (String entry : entries) {
      try {
        all.add(NoProxy.parse(plain(entry)));
      } catch (MalformedHostException notOne) {
        unread.add(Problem.quote(entry));
      }
    }
    if (!unread.isEmpty()) {
      notes.add(
          "NO_PROXY holds "
              + String.join(", ", unread)
              + ", which is no name, address or range; what is meant goes through the parent"
              + " proxy");
    }
    return all;
  }

  /// `example.com`, `.example.com` and `*.example.com` mean the same to most clients: the name and
  /// all below it.
  private static String plain(String entry) {
    String name = entry.startsWith("*.") ? entry.substring(2) : entry;
    return name.startsWith(".") ? name.substring(1) : name;
  }
}
