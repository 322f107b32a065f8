package dev.sallyport.proxy.identify;

import dev.sallyport.rules.CertificateName;
import dev.sallyport.rules.load.CertificateText;
import dev.sallyport.rules.load.Fields;
import dev.sallyport.rules.load.LoadException;
import dev.sallyport.rules.load.Node;
import dev.sallyport.rules.load.Problem;
import dev.sallyport.rules.load.Problems;
import dev.sallyport.rules.load.YamlFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/// The token file's YAML, read as strictly as a policy and written in one form.
final class TokenFileText {
  private static final String HEADER =
      """
      # Tokens of this gate. Only their SHA-256 is here; the tokens themselves are nowhere.
      # Written by `sallyport token`, which keeps no comments.
      """;

  private final Problems problems = new Problems();
  private final Set<String> names = new HashSet<>();

  private TokenFileText() {}

  static Tokens read(Path file) throws IOException, LoadException {
    TokenFileText text = new TokenFileText();
    Optional<Fields> root =
        YamlFile.read(file, text.problems)
            .flatMap(node -> Fields.of("a token file", node, text.problems));
    List<Token> tokens = root.map(text::tokens).orElse(List.of());
    List<KnownCertificate> certificates = root.map(text::certificates).orElse(List.of());
    root.ifPresent(Fields::finish);
    text.problems.throwIfAny();
    return Tokens.of(tokens, certificates);
  }

  private List<Token> tokens(Fields root) {
    List<Token> tokens = new ArrayList<>();
    for (Node item : root.list("tokens")) {
      Fields.of("a token", item, problems).flatMap(this::token).ifPresent(tokens::add);
    }
    return tokens;
  }

  private List<KnownCertificate> certificates(Fields root) {
    List<KnownCertificate> certificates = new ArrayList<>();
    for (Node item : root.list("certificates")) {
      Fields.of("a certificate", item, problems)
          .flatMap(this::certificate)
          .ifPresent(certificates::add);
    }
    return certificates;
  }

  private Optional<KnownCertificate> certificate(Fields fields) {
    Optional<String> name = name("certificate", fields);
    List<CertificateName.Kind> said =
        Stream.of(CertificateName.Kind.values()).filter(by -> fields.has(by.key())).toList();
    if (said.size() != 1) {
      problems.add(
          fields.place(),
          "a certificate is known by one part of it",
          "write exactly one of `subject`, `dns`, `uri`, `email`, `sha256`");
    }
    Optional<String> value =
        said.stream()
            .filter(by -> CertificateText.name(fields, by).isPresent())
            .flatMap(by -> fields.text(by.key()).stream())
            .findFirst();
    Map<String, String> labels = labels(fields);
    fields.finish();
    return name.flatMap(
        n -> value.map(text -> new KnownCertificate(n, said.getFirst(), text, labels)));
  }

  private Optional<Token> token(Fields fields) {
    Optional<String> name = name("token", fields);
    Optional<String> sha256 = sha256(fields);
    Map<String, String> labels = labels(fields);
    Optional<Instant> created = fields.timestamp("created");
    fields.finish();
    return name.flatMap(n -> sha256.map(hash -> new Token(n, hash, labels, created)));
  }

  private Optional<String> name(String what, Fields fields) {
    if (!fields.has("name")) {
      problems.add(fields.place(), "a " + what + " needs a `name`", "write " + Token.NAME_IN_WORDS);
      return Optional.empty();
    }
    Optional<String> name = fields.text("name");
    if (name.isEmpty()) {
      return name;
    }
    if (!Token.isName(name.get())) {
      fields.problem(
          "name",
          Problem.quote(name.get()) + " cannot name a " + what,
          "write " + Token.NAME_IN_WORDS);
      return Optional.empty();
    }
    if (!names.add(name.get())) {
      fields.problem(
          "name",
          "two " + what + "s are named " + Problem.quote(name.get()),
          "remove or rename one");
      return Optional.empty();
    }
    return name;
  }

  /// The hash. A wrong one is not quoted: somebody may have put the token itself there.
  private Optional<String> sha256(Fields fields) {
    Optional<String> hash =
        fields
            .node("sha256")
            .filter(Node.Scalar.class::isInstance)
            .map(scalar -> ((Node.Scalar) scalar).text())
            .filter(Token::isSha256);
    if (hash.isEmpty()) {
      fields.problem(
          "sha256",
          "`sha256` must be 64 lower-case hexadecimal digits",
          "add tokens with `sallyport token add`");
    }
    return hash;
  }

  private Map<String, String> labels(Fields fields) {
    Map<String, String> labels = new TreeMap<>();
    for (Node.Field label : fields.mapping("labels").map(Node.Mapping::fields).orElse(List.of())) {
      Optional<String> value = fields.asText(label.name(), label.value()).map(Node.Scalar::text);
      if (!Token.isName(label.name()) || !value.map(Token::isLabelValue).orElse(true)) {
        problems.add(
            label.place(),
            Problem.quote(label.name()) + " is not a label that can be kept",
            "a name is "
                + Token.NAME_IN_WORDS
                + ", a value up to "
                + Token.MAX_LABEL_VALUE
                + " characters");
      }
      value.ifPresent(text -> labels.put(label.name(), text));
    }
    return labels;
  }

  /// The whole file for these tokens.
  static String write(List<Token> tokens, List<KnownCertificate> certificates) {
    StringBuilder out = new StringBuilder(HEADER);
    out.append(tokens.isEmpty() ? "tokens: []\n" : "tokens:\n");
    for (Token token : tokens) {
      out.append("  - name: ").append(quoted(token.name())).append('\n');
      out.append("    sha256: ").append(quoted(token.sha256())).append('\n');
      write(token.labels(), out);
      token.created().ifPresent(at -> out.append("    created: ").append(at).append('\n'));
    }
    out.append(certificates.isEmpty() ? "" : "certificates:\n");
    for (KnownCertificate known : certificates) {
      out.append("  - name: ").append(quoted(known.name())).append('\n');
      out.append("    ").append(known.by().key()).append(": ");
      out.append(quoted(known.value())).append('\n');
      write(known.labels(), out);
    }
    return out.toString();
  }

  private static void write(Map<String, String> labels, StringBuilder out) {
    out.append(labels.isEmpty() ? "" : "    labels:\n");
    labels.forEach(
        (name, value) ->
            out.append("      ")
                .append(quoted(name))
                .append(": ")
                .append(quoted(value))
                .append('\n'));
  }

  /// A YAML scalar in single quotes, in which only the quote itself needs doubling. What is written
  /// has no line ends and no control characters.
  private static String quoted(String text) {
    return "'" + text.replace("'", "''") + "'";
  }
}
