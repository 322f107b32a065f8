package dev.sallyport.rules.load;

import dev.sallyport.rules.Addresses;
import dev.sallyport.rules.CertificateName;
import dev.sallyport.rules.ClientIdentity;
import dev.sallyport.rules.ClientIdentity.Proof;
import dev.sallyport.rules.ExpectedDecision;
import dev.sallyport.rules.ExpectedDecision.Who;
import dev.sallyport.rules.MalformedHostException;
import dev.sallyport.rules.Outcome;
import dev.sallyport.rules.Reason;
import dev.sallyport.rules.TrafficClass;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Reads the lines of `tests`.
final class TestReader {
  /// Where a client of a test comes from when the test does not say: an address of RFC 5737, which
  /// no assignment means unless it means all.
  private static final byte[] ELSEWHERE = {(byte) 192, 0, 2, 1};

  /// The listener of a client of a test that does not say; no listener can have this name.
  private static final String NO_LISTENER = "";

  /// The token of a client of a test that has proven labels and no token's name; no token can have
  /// this one.
  private static final String NO_TOKEN = "";

  private static final List<String> OUTCOMES =
      Arrays.stream(Outcome.values()).map(Outcome::code).toList();

  private final References references;
  private final Problems problems;
  private final List<ExpectedDecision> tests = new ArrayList<>();

  TestReader(References references, Problems problems) {
    this.references = references;
    this.problems = problems;
  }

  /// What was read, in the order of the files.
  List<ExpectedDecision> tests() {
    return tests;
  }

  /// Reads one line.
  void read(Node item) {
    Fields.of("a test", item, problems).ifPresent(this::read);
  }

  private void read(Fields fields) {
    Optional<Outcome> outcome = outcome(fields);
    Optional<ExampleRequest> request =
        outcome.flatMap(word -> fields.scalar(word.code())).flatMap(this::request);
    Map<String, List<String>> headers = headers(fields);
    Optional<Who> who = who(fields);
    Optional<Node.Scalar> trafficClass = fields.scalar("class");
    trafficClass.ifPresent(references::toClass);
    Optional<Reason> reason = fields.scalar("reason").flatMap(this::reason);
    fields.finish();
    if (outcome.isPresent() && request.isPresent() && who.isPresent()) {
      tests.add(
          new ExpectedDecision(
              outcome.get(),
              request.get().destination(),
              request.get().sight(headers),
              who.get(),
              trafficClass.map(name -> new TrafficClass(name.text())),
              reason,
              fields.place(),
              fields.text(outcome.get().code()).orElse("")));
    }
  }

  private Map<String, List<String>> headers(Fields fields) {
    Map<String, List<String>> headers = new TreeMap<>();
    Optional<Node.Mapping> mapping = fields.mapping("headers");
    if (mapping.isPresent()) {
      Fields inside = Fields.of(mapping.get(), problems);
      for (Node.Field field : mapping.get().fields()) {
        List<String> values =
            inside.oneOrMore(field.name()).stream()
                .flatMap(item -> inside.asText(field.name(), item).stream())
                .map(Node.Scalar::text)
                .toList();
        headers.put(field.name(), values);
      }
    }
    return headers;
  }

  private Optional<Outcome> outcome(Fields fields) {
    fields.known(OUTCOMES);
    List<Outcome> present =
        Arrays.stream(Outcome.values()).filter(word -> fields.has(word.code())).toList();
    if (present.size() == 1) {
      return Optional.of(present.getFirst());
    }
    problems.add(
        fields.place(),
        present.isEmpty() ? "this test expects nothing" : "this test expects more than one outcome",
        "write one of `allow`, `deny`, `ask` and a request, as in `allow: \"GET"
            + " https://name.example/\"`");
    return Optional.empty();
  }

  private Optional<ExampleRequest> request(Node.Scalar text) {
    try {
      return Optional.of(ExampleRequest.parse(text.text()));
    } catch (MalformedHostException wrong) {
      problems.add(
          text.place(),
          Problem.quote(text.text()) + " is not a request: " + wrong.getMessage(),
          "write `GET https://name.example/path` or `CONNECT name.example:443`");
      return Optional.empty();
    }
  }

  private Optional<Who> who(Fields fields) {
    Optional<Node.Scalar> profile = fields.scalar("profile");
    Optional<Fields> as = fields.fields("as");
    profile.ifPresent(references::toProfile);
    Optional<Who> client = as.map(this::client);
    if (fields.has("profile") == fields.has("as")) {
      problems.add(
          fields.place(),
          fields.has("as") ? "this test has both `profile` and `as`" : "this test has no client",
          "write `profile: NAME` or `as: {token: NAME}`");
    }
    return client.or(() -> profile.map(name -> new Who.WithProfile(name.text())));
  }

  private Who client(Fields fields) {
    fields.notYet(Language.CLIENT_NOT_YET);
    Optional<String> token =
        fields
            .scalar("token")
            .filter(name -> Names.check("a token", name.place(), name.text(), problems))
            .map(Node.Scalar::text);
    InetAddress address =
        fields.scalar("address").flatMap(this::address).orElseGet(TestReader::elsewhere);
    String listener = fields.text("listener").orElse(NO_LISTENER);
    boolean anonymous = new RuleFields(fields, problems).onlyTrue("anonymous");
    if (anonymous && token.isPresent()) {
      fields.problem(
          "anonymous", "a client that shows a token is not anonymous", "keep one of them");
    }
    ClientConditions labels = new ClientConditions(fields, problems);
    List<CertificateName> certificate = labels.certificate();
    if (!certificate.isEmpty() && (anonymous || token.isPresent())) {
      fields.problem(
          "certificate",
          "a client is known by its token, by its certificate or by nothing",
          "keep one of them");
    }
    Optional<SortedMap<String, String>> proven = labels.labels("proven");
    Optional<SortedMap<String, String>> claimed = labels.labels("claimed");
    if (anonymous && proven.isPresent()) {
      fields.problem("anonymous", "a client with proven labels is not anonymous", "keep one");
    }
    if (fields.isEmpty()) {
      problems.add(fields.place(), "`as` names no client", "write `as: {token: NAME}`");
    }
    fields.finish();
    Proof proof =
        certificate.isEmpty()
            ? token
                .or(() -> proven.map(shown -> NO_TOKEN))
                .<Proof>map(Proof.Token::new)
                .orElseGet(Proof.Nothing::new)
            : Proof.Certificate.saying(certificate);
    return new Who.As(
        new ClientIdentity(
            proof,
            address,
            listener,
            proven.<Map<String, String>>map(shown -> shown).orElse(Map.of()),
            claimed.<Map<String, String>>map(said -> said).orElse(Map.of())));
  }

  private Optional<InetAddress> address(Node.Scalar scalar) {
    try {
      return Optional.of(Addresses.parse(scalar.text()));
    } catch (MalformedHostException wrong) {
      problems.add(
          scalar.place(),
          "`address` must be one address, not "
              + Problem.quote(scalar.text())
              + ": "
              + wrong.getMessage(),
          "");
      return Optional.empty();
    }
  }

  private Optional<Reason> reason(Node.Scalar scalar) {
    Optional<Reason> reason = Reason.ofCode(scalar.text());
    if (reason.isEmpty()) {
      List<String> codes = Arrays.stream(Reason.values()).map(Reason::code).toList();
      problems.add(
          scalar.place(),
          Problem.quote(scalar.text()) + " is not a reason",
          Spelling.suggestion(scalar.text(), codes).orElse("use a code such as `not-listed`"));
    }
    return reason;
  }

  private static InetAddress elsewhere() {
    try {
      return InetAddress.getByAddress(ELSEWHERE);
    } catch (java.net.UnknownHostException impossible) {
      throw new IllegalStateException("four octets are an address", impossible);
    }
  }
}
