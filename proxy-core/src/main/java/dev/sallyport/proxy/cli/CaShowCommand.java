package dev.sallyport.proxy.cli;

import dev.sallyport.mitm.authority.Authority;
import dev.sallyport.mitm.authority.Permitted;
import dev.sallyport.mitm.authority.Purpose;
import dev.sallyport.rules.load.LoadException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `sallyport ca show`: who signs, until when, and for what.
@Command(
    name = "show",
    mixinStandardHelpOptions = true,
    description = "Shows the root and the two issuers: fingerprint, end, what they may sign for.",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {"0:shown", "2:there is no authority, or its files cannot be used"})
final class CaShowCommand implements Callable<Integer> {
  private static final String INDENT = "           ";

  private final Surroundings surroundings;

  @Mixin private CaOptions options = new CaOptions();

  @Option(names = "--json", description = "Print it as JSON.")
  private boolean json;

  CaShowCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /// Shows; returns the exit code.
  @Override
  public Integer call() throws LoadException, CommandFailure {
    CaOptions.Found found = options.existing(surroundings);
    if (json) {
      surroundings.out().println(Json.text(data(found)));
    } else {
      print(found);
    }
    return ExitCode.OK;
  }

  private void print(CaOptions.Found found) {
    Authority authority = found.authority();
    say("root", authority.root());
    surroundings
        .out()
        .println(INDENT + (authority.hasRootKey() ? "key in " + found.folder() : "key elsewhere"));
    for (Purpose purpose : Purpose.values()) {
      String word = word(purpose);
      if (!authority.has(purpose)) {
        surroundings.out().println(word + " ".repeat(INDENT.length() - word.length()) + "none");
        continue;
      }
      say(word, authority.issuerCertificate(purpose));
      if (purpose == Purpose.INTERCEPT) {
        surroundings.out().println(INDENT + "signs for " + hosts(authority.permitted()));
      } else {
        surroundings.out().println(INDENT + "signs for any host, to refuse it in words");
      }
    }
  }

  private void say(String word, X509Certificate certificate) {
    String head = word + " ".repeat(INDENT.length() - word.length());
    surroundings.out().println(head + certificate.getSubjectX500Principal().getName());
    surroundings.out().println(INDENT + "SHA-256 " + fingerprint(certificate));
    surroundings.out().println(INDENT + "until " + certificate.getNotAfter().toInstant());
  }

  static String hosts(Permitted permitted) {
    return switch (permitted) {
      case Permitted.Anything _ -> "any host: the policy intercepts hosts that it does not list";
      case Permitted.Only only when only.domains().isEmpty() && only.addresses().isEmpty() ->
          "no host";
      case Permitted.Only only -> String.join(", ", names(only));
    };
  }

  private static List<String> names(Permitted.Only only) {
    return Stream.concat(only.domains().stream(), only.addresses().stream()).toList();
  }

  private static String word(Purpose purpose) {
    return purpose.name().toLowerCase(Locale.ROOT);
  }

  private static Map<String, Object> data(CaOptions.Found found) {
    Authority authority = found.authority();
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("folder", found.folder().toString());
    data.put("root", certificate(authority.root()));
    data.put("root_key", authority.hasRootKey() ? "here" : "elsewhere");
    for (Purpose purpose : Purpose.values()) {
      if (authority.has(purpose)) {
        Map<String, Object> issuer = certificate(authority.issuerCertificate(purpose));
        if (purpose == Purpose.INTERCEPT && authority.permitted() instanceof Permitted.Only only) {
          issuer.put("permitted", names(only));
        }
        data.put(word(purpose), issuer);
      }
    }
    return data;
  }

  private static Map<String, Object> certificate(X509Certificate certificate) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("subject", certificate.getSubjectX500Principal().getName());
    data.put("sha256", fingerprint(certificate));
    data.put("from", certificate.getNotBefore().toInstant().toString());
    data.put("until", certificate.getNotAfter().toInstant().toString());
    return data;
  }

  private static String fingerprint(X509Certificate certificate) {
    try {
      return HexFormat.ofDelimiter(":")
          .withUpperCase()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no SHA-256", e);
    }
  }
}
