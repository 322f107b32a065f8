package dev.sallyport.rules.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sallyport.rules.Decision;
import dev.sallyport.rules.IdentityMethod;
import dev.sallyport.rules.MalformedHostException;
import dev.sallyport.rules.Policy;
import dev.sallyport.rules.RequestSight;
import dev.sallyport.rules.TestPolicy;
import dev.sallyport.rules.Treatment;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Conditions on requests: what is allowed, and the reason of each refusal.
class RequestsTest {
  private static final Policy POLICY =
      Loads.policy(
          Loads.HEAD
              + """
              classes:
                api:
                  intercept: true
                  methods: [GET, HEAD]
                  allow:
                    - {host: api.example, paths: [/repos/acme/**], query: {page: ['1', '2']}}
                    - {host: plain.example}
                    - {host: headers.example, headers: {X-Tool: agent}}
                    - {host: slash.example, paths: ['/*'], encoded-slash: allow}
                write:
                  intercept: true
                  allow:
                    - {host: api.example, methods: [POST], paths: [/graphql]}
                    - {git: git.example, fetch: any, push: [acme/sandbox, team/*]}
                    - {mcp: 'https://mcp.example/v1?key=a', tools: {allow: [list]}, methods: [tools/call]}
                    - {mcp: 'https://mcp2.example:8443/v1'}
                tunnels:
                  allow: [tunnel.example, {host: both.example}]
                plain:
                  allow: [{host: http.example, scheme: http, methods: [GET], paths: [/a]}]
                strict:
                  intercept: true
                  allow: [both.example]
              deny:
                - {host: api.example, paths: [/repos/acme/secret/**], scheme: https}
                - {host: http.example, scheme: http, methods: [TRACE]}
              profiles: {dev: {classes: [api, write, tunnels, plain, strict]}}
              """);

  private static Decision decide(String request, Map<String, List<String>> headers) {
    try {
      ExampleRequest asked = ExampleRequest.parse(request);
      return POLICY.decide(
          "dev", IdentityMethod.NONE, asked.destination(), asked.sight(headers), TestPolicy.AT);
    } catch (MalformedHostException wrong) {
      throw new IllegalArgumentException(request, wrong);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "GET https://api.example/repos/acme/x?page=1, listed",
    "HEAD https://api.example/repos/acme?a=b&page=2, listed",
    "GET https://api.example/repos/acme/x?page=%31, listed",
    "POST https://api.example/graphql, listed",
    "PUT https://api.example/graphql, method-not-allowed",
    "GET https://api.example/repos/other?page=1, path-not-allowed",
    "GET https://api.example/repos/acme/x, query-not-allowed",
    "GET https://api.example/repos/acme/x?page=3, query-not-allowed",
    "GET https://api.example/repos/acme/x?page=1&page=1, query-not-allowed",
    "GET https://api.example/repos/acme/x?page=1&pag%65=3, query-not-allowed",
    "GET https://api.example/repos/acme/x?page=1&b=%zz, query-not-allowed",
    "GET https://api.example/repos/acme/x?page=1+, query-not-allowed",
    "GET https://api.example/repos/acme/../x?page=1, malformed",
    "GET https://api.example/repos/acme/%2e%2e/x?page=1, malformed",
    "GET https://api.example/repos/acme//x?page=1, malformed",
    "GET https://api.example/repos/acme%2Fx?page=1, path-not-allowed",
    "GET https://api.example/repos/acme/secret?page=1, denied-by-rule",
    "GET https://api.example/repos/acme/secret/x?page=1, denied-by-rule",
    "GET https://api.example/repos/acme%2fsecret/x?page=1, denied-by-rule",
    // Where nothing looks at the path, it passes as it is.
    "GET https://plain.example/a/../b//c, listed",
    "POST https://plain.example/, method-not-allowed",
    "GET https://slash.example/@a%2fb, listed",
    "GET https://slash.example/a/b, path-not-allowed",
    "GET https://git.example/x/y/info/refs?service=git-upload-pack, listed",
    "GET https://git.example/x/y.git/info/refs?service=git-upload-pack, listed",
    "POST https://git.example/x/y.git/git-upload-pack, listed",
    "POST https://git.example/acme/sandbox/git-receive-pack, listed",
    "GET https://git.example/team/any.git/info/refs?service=git-receive-pack, listed",
    "GET https://git.example/acme/other/info/refs?service=git-receive-pack, path-not-allowed",
    "POST https://git.example/acme/other/git-receive-pack, path-not-allowed",
    "GET https://git.example/x/y/info/refs, query-not-allowed",
    "GET https://git.example/x/y/info/refs?service=git-upload-pack&a=b, query-not-allowed",
    "POST https://git.example/x/y/git-upload-pack?a, query-not-allowed",
    "GET https://git.example/x/y/git-upload-pack, method-not-allowed",
    "GET https://git.example/x/y, path-not-allowed",
    "GET https://git.example/x/../acme/sandbox/info/refs?service=git-upload-pack, malformed",
    "POST https://mcp.example/v1?key=a, listed",
    "DELETE https://mcp.example/v1?key=a, listed",
    "PUT https://mcp.example/v1?key=a, method-not-allowed",
    "POST https://mcp.example/v2?key=a, path-not-allowed",
    "POST https://mcp.example/v1, query-not-allowed",
    "POST https://mcp2.example:8443/v1, listed",
    "POST https://mcp2.example/v1, port-not-allowed",
    "GET https://tunnel.example/any, listed",
    "GET http://http.example/a, listed",
    "POST http://http.example/a, method-not-allowed",
    "TRACE http://http.example/a, denied-by-rule",
    "GET http://http.example/b, path-not-allowed",
    "GET https://none.example/, not-listed",
    // At CONNECT any request could follow.
    "CONNECT api.example:443, listed",
    "CONNECT git.example:443, listed",
    "CONNECT mcp2.example:443, port-not-allowed",
  })
  void requests(String request, String reason) {
    assertEquals(reason, decide(request, Map.of()).reason().code());
  }

  @Test
  void aFieldThatIsRuledOnStandsOnce() {
    String request = "GET https://headers.example/";
    assertEquals("header-not-allowed", decide(request, Map.of()).reason().code());
    assertEquals("listed", decide(request, Map.of("x-TOOL", List.of("agent"))).reason().code());
    assertEquals(
        "header-not-allowed", decide(request, Map.of("x-tool", List.of("b"))).reason().code());
    assertEquals(
        "header-not-allowed",
        decide(request, Map.of("x-tool", List.of("agent", "agent"))).reason().code());
  }

  @ParameterizedTest
  @CsvSource({
    "api.example, INTERCEPT",
    "tunnel.example, TUNNEL",
    "both.example, INTERCEPT",
    "plain.example, INTERCEPT",
  })
  void theStrictestTreatmentOfAllCandidatesCounts(String host, Treatment treatment) {
    Decision decision = decide("CONNECT " + host + ":443", Map.of());
    assertEquals(treatment, decision.treatment());
    assertEquals(treatment, decision.permit().orElseThrow().treatment());
  }

  @Test
  void theStricterOfTwoDutiesCounts() {
    Policy policy =
        Loads.policy(
            Loads.HEAD
                + """
                classes:
                  web:
                    intercept: true
                    minimum-age: 3d
                    upload-limit: 1MiB
                    organisations: [o-1]
                    allow:
                      - {host: a.example, minimum-age: 1d, upload-limit: 2MiB}
                      - {host: b.example, minimum-age: 7d, upload-limit: 1KiB}
                profiles: {dev: {classes: [web]}}
                """);
    List<String> duties =
        List.of("https://a.example", "https://b.example").stream()
            .map(
                url -> policy.decide("dev", IdentityMethod.NONE, TestPolicy.to(url), TestPolicy.AT))
            .map(decision -> decision.permit().orElseThrow().duties().toString())
            .toList();
    assertEquals(
        List.of(
            "Duties[minimumAge=Optional[PT72H], organisations=[o-1],"
                + " uploadLimit=Optional[1048576]]",
            "Duties[minimumAge=Optional[PT168H], organisations=[o-1],"
                + " uploadLimit=Optional[1024]]"),
        duties);
  }

  @Test
  void aDenyRuleOnRequestsDoesNotCloseTheHost() {
    assertEquals(
        Optional.empty(),
        POLICY.deniedBy(TestPolicy.to("https://api.example")).map(Object::toString));
    assertEquals("x", RequestSight.of("GET", "/?x").query().orElseThrow());
  }
}
