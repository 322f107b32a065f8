package dev.sallyport.proxy.cli;

import dev.sallyport.rules.Addresses;
import dev.sallyport.rules.CertificateName;
import dev.sallyport.rules.ClientIdentity;
import dev.sallyport.rules.ClientIdentity.Proof;
import dev.sallyport.rules.ExpectedDecision.Who;
import dev.sallyport.rules.MalformedHostException;
import dev.sallyport.rules.Policy;
import dev.sallyport.rules.Profile;
import dev.sallyport.rules.load.Problem;
import dev.sallyport.rules.load.Spelling;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The options that say for whom a policy is asked.
final class ClientOptions {
  private static final String LOOPBACK = "127.0.0.1";
  private static final String LISTENER = "main";

  @Option(
      names = "--profile",
      paramLabel = "NAME",
      description = "For clients with this profile, whoever they are.")
  private @Nullable String profile;

  @Option(
      names = "--as",
      paramLabel = "NAME[+LABEL=VALUE]",
      description =
          "For the client with this token, which may claim labels as in its proxy user name:"
              + " --as ci-7+run=77.")
  private @Nullable String token;

  @Option(
      names = "--certificate",
      paramLabel = "KIND=VALUE",
      description =
          "For the client whose certificate says this, by the policy's words dns, uri, email,"
              + " subject, sha256: --certificate dns=build.example.org; may be repeated.")
  private List<String> certificate = new ArrayList<>();

  @Option(
      names = "--label",
      paramLabel = "LABEL=VALUE",
      description = "A label that the client proves; may be repeated.")
  private List<String> labels = new ArrayList<>();

  @Option(
      names = "--from",
      paramLabel = "ADDRESS",
      description = "The client's address; this machine's own without it.")
  private @Nullable String address;

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec command;

  @Option(
      names = "--listener",
      paramLabel = "NAME",
      description = "The listener that the client reaches; `main` without it.")
  private @Nullable String listener;

  private CommandSpec usedBy() {
    return Objects.requireNonNull(command, "picocli fills it");
  }

  /// For whom it is asked.
  Who who(Policy policy) throws CommandFailure {
    String named = profile;
    if (named == null) {
      return new Who.As(client());
    }
    if (token != null
        || address != null
        || listener != null
        || !labels.isEmpty()
        || !certificate.isEmpty()) {
      throw new ParameterException(
          usedBy().commandLine(),
          "--profile stands for any client of the profile; leave out --as, --certificate, --label,"
              + " --from and --listener, or leave out --profile");
    }
    return withProfile(policy, named);
  }

  private ClientIdentity client() throws CommandFailure {
    List<String> parts = token == null ? List.of() : List.of(token.split("\\+", -1));
    Map<String, String> proven = labels(labels);
    Map<String, String> claimed = labels(parts.subList(Math.min(1, parts.size()), parts.size()));
    List<CertificateName> says = certificate();
    Proof proof;
    if (!says.isEmpty()) {
      proof = Proof.Certificate.saying(says);
    } else if (parts.isEmpty() && proven.isEmpty()) {
      proof = new Proof.Nothing();
    } else {
      proof = new Proof.Token(parts.isEmpty() ? "" : parts.getFirst());
    }
    return new ClientIdentity(
        proof, address(), listener == null ? LISTENER : listener, proven, claimed);
  }

  private List<CertificateName> certificate() throws CommandFailure {
    if (token != null && !certificate.isEmpty()) {
      throw new ParameterException(
          usedBy().commandLine(),
          "a client is known by its token or by its certificate; leave out --as or --certificate");
    }
    List<CertificateName> says = new ArrayList<>();
    for (String text : certificate) {
      says.add(
          Arrays.stream(CertificateName.Kind.values())
              .filter(kind -> text.startsWith(kind.key() + "="))
              .flatMap(
                  kind ->
                      CertificateName.of(kind, text.substring(kind.key().length() + 1)).stream())
              .findFirst()
              .orElseThrow(
                  () ->
                      CommandFailure.unusable(
                          Problem.quote(text)
                              + " is nothing that a certificate could be known by; write it as in"
                              + " `dns=build.example.org` or `subject=CN=build,O=Example`")));
    }
    return says;
  }

  private InetAddress address() throws CommandFailure {
    String text = address == null ? LOOPBACK : address;
    try {
      return Addresses.parse(text);
    } catch (MalformedHostException wrong) {
      throw CommandFailure.unusable(
          Problem.quote(text) + " is not an address: " + wrong.getMessage());
    }
  }

  private static Map<String, String> labels(List<String> texts) throws CommandFailure {
    Map<String, String> labels = new TreeMap<>();
    for (String text : texts) {
      int equals = text.indexOf('=');
      if (equals < 1) {
        throw CommandFailure.unusable(
            Problem.quote(text) + " is not a label; write it as in `repository=acme/shop`");
      }
      labels.put(text.substring(0, equals), text.substring(equals + 1));
    }
    return labels;
  }

  private static Who withProfile(Policy policy, String name) throws CommandFailure {
    List<String> known = policy.source().profiles().stream().map(Profile::name).toList();
    if (known.contains(name)) {
      return new Who.WithProfile(name);
    }
    String hint = Spelling.suggestion(name, known).orElse("there are: " + String.join(", ", known));
    throw CommandFailure.unusable("the policy has no profile " + Problem.quote(name) + "; " + hint);
  }
}
