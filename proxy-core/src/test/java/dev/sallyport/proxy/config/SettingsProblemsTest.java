package dev.sallyport.proxy.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What is wrong with settings is said with its place; nothing is passed over.
class SettingsProblemsTest {
  @TempDir private Path folder = Path.of("");

  /// One wrong text a line, and how its only problem begins behind the name of the file.
  static Stream<Arguments> wrong() {
    return Stream.of(
        arguments("lissen: []", "1:1: unknown key `lissen`; did you mean `listen`?"),
        arguments("[1]", "1:1: a settings file must be a mapping, not a list"),
        arguments("listen: []", "1:1: `listen` is empty"),
        arguments("listen: 3128", "1:9: `listen` must be a list"),
        arguments("listen: [3128]", "1:10: a listener must be a mapping"),
        arguments("listen: [{prot: 1}]", "1:11: unknown key `prot`; did you mean `port`?"),
        arguments("listen: [{port: 65536}]", "1:17: `port` must be a whole number of 0 to 65535"),
        arguments("listen: [{port: -1}]", "1:17: `port` must be a whole number of 0 to 65535"),
        arguments("listen: [{port: \"80\"}]", "1:17: `port` must be a whole number"),
        arguments("listen: [{address: localhost}]", "1:20: `localhost` is not an address"),
        arguments("listen: [{address: 127.1}]", "1:20: `127.1` is not an address"),
        arguments("listen: [{name: a b}]", "1:11: `a b` cannot name a listener"),
        arguments(
            "listen: [{port: 1}, {port: 2}]",
            "1:21: two listeners are named `main`; without a `name` a listener is `main`"),
        arguments(
            "listen: [{name: a, port: 1}, {name: a, port: 2}]",
            "1:31: two listeners are named `a`; give each its own `name`"),
        arguments(
            "listen: [{name: a, port: 1}, {name: b, port: 1}]",
            "1:40: two listeners are on 127.0.0.1 port 1"),
        arguments("listen: [{port: 9328}]", "1:1: two listeners are on 127.0.0.1 port 9328"),
        arguments("listen: [{tls: {}}]", "1:11: `tls` of a listener needs `certificate` and `key`"),
        arguments(
            "listen: [{tls: {certificate: a, key: b, clients: {required: true}}}]",
            "1:50: `clients` needs `authorities`"),
        arguments("listen: [{tls: {certificate: a, key: b, h2: true}}]", "1:41: unknown key `h2`"),
        arguments(
            "listen: [{proxy-protocol: true}]",
            "1:11: `proxy-protocol` must name the balancers whose header is believed"),
        arguments(
            "listen: [{proxy-protocol: []}]",
            "1:11: `proxy-protocol` must name the balancers whose header is believed"),
        arguments(
            "listen: [{proxy-protocol: [10.0.0.1/8]}]",
            "1:28: `10.0.0.1/8` is not an address or a prefix"),
        arguments("listen: [{socks: maybe}]", "1:18: `socks` must be `true` or `false`"),
        arguments("admin: 9328", "1:8: `admin` must be a mapping"),
        arguments("admin: {host: x}", "1:9: unknown key `host`"),
        arguments("control: [a]", "1:10: `control` must be text, not a list"),
        arguments("control: ~/x.sock", "1:10: `~` is not expanded here"),
        arguments("identity: {token: a}", "1:12: unknown key `token`; did you mean `tokens`?"),
        arguments("identity: {required: yes}", "1:22: `required` must be `true` or `false`"),
        arguments(
            "audit: {on-failure: ignore}", "1:21: `on-failure` must be `refuse` or `continue`"),
        arguments("audit: {rotate: {size: 256}}", "1:24: `size` must be a size of 4KiB to 1024GiB"),
        arguments("audit: {rotate: {size: 4095B}}", "1:24: `size` must be a size of 4KiB"),
        arguments(
            "audit: {rotate: {keep-for: 400}}", "1:28: `keep-for` must be a duration of 1s to"),
        arguments("intercept: {authority: [a]}", "1:24: `authority` must be text"),
        arguments(
            "intercept: {refuse-in-band: no}",
            "1:29: `refuse-in-band` must be `auto`, `always` or"),
        arguments(
            "intercept: {autority: ca}", "1:13: unknown key `autority`; did you mean `authority`?"),
        arguments("gateway: {base: {}}", "1:11: unknown key `base`; did you mean `bases`?"),
        arguments("gateway: {bases: [a]}", "1:18: `bases` must be a mapping"),
        arguments(
            "gateway: {bases: {A: \"https://a.example\"}}", "1:19: `A` cannot name a gateway"),
        arguments(
            "gateway: {bases: {a: a.example}}",
            "1:22: the base of a gateway begins with `https://` or `http://`; write a URL such as"),
        arguments(
            "gateway: {bases: {a: \"https://u:p@a.example\"}}",
            "1:22: the base of a gateway holds user information"),
        arguments(
            "gateway: {bases: {a: \"https://a.example/x/../y\"}}",
            "1:22: the base of a gateway ends with a path in canonical form"),
        arguments(
            "gateway: {bases: {a: \"https://a.example/x?y\"}}",
            "1:22: the base of a gateway ends with a path in canonical form"),
        arguments(
            "gateway: {bases: {a: \"https://a.example:0\"}}",
            "1:22: the base of a gateway has no port of 1 to 65535"),
        arguments(
            "gateway: {bases: {a: \"https://a_\u00e9\"}}",
            "1:22: `https://a_\u00e9` is not a host"),
        arguments("gateway: {hosts: [\"a b\"]}", "1:19: `a b` is not a host"),
        arguments(
            "gateway: {web-origins: [a.example]}",
            "1:25: `a.example` is not the origin of a web page"),
        arguments("resolve: {hosts: [a]}", "1:18: `hosts` must be a mapping"),
        arguments("resolve: {hosts: {10.0.0.1: 10.0.0.2}}", "1:19: `10.0.0.1` is an address"),
        arguments("resolve: {hosts: {\"*.example\": 10.0.0.2}}", "1:19: `*.example` is not a host"),
        arguments(
            "resolve: {hosts: {a.example: b.example}}", "1:30: `b.example` is not an address"),
        arguments("resolve: {hosts: {a.example: }}", "1:19: `a.example` has no address"),
        arguments("resolve: {hosts: {a.example: []}}", "1:19: `a.example` has no address"),
        arguments(
            "resolve: {hosts: {a.example: 10.0.0.1, A.example.: 10.0.0.2}}",
            "1:40: `a.example` is given twice"),
        arguments("resolve: {servers: system}", "1:20: `servers` must be a list"),
        arguments(
            "resolve: {servers: [dns.example]}", "1:21: `dns.example` is not an address with an"),
        arguments(
            "resolve: {servers: [\"10.0.0.1:0\"]}", "1:21: `10.0.0.1:0` is not an address with an"),
        arguments("resolve: {servers: [\"10.0.0.1:65536\"]}", "1:21: `10.0.0.1:65536` is not an"),
        arguments(
            "resolve: {servers: [\"[10.0.0.1]:53\"]}", "1:21: `[10.0.0.1]:53` is not an address"),
        arguments(
            "resolve: {servers: [system, 10.0.0.1]}", "1:21: `system` cannot stand beside other"),
        arguments("resolve: {nat64: 10.0.0.0/8}", "1:18: `10.0.0.0/8` is not a NAT64 prefix"),
        arguments(
            "resolve: {nat64: \"64:ff9b::/97\"}", "1:18: `64:ff9b::/97` is not a NAT64 prefix"),
        arguments("resolve: {nat64: some}", "1:18: `some` is not a NAT64 prefix"),
        arguments("own-addresses: [10.0.0.0/8]", "1:17: `10.0.0.0/8` is not an address"),
        arguments(
            "connect-to: {\"a.example\": 10.0.0.1:1}", "1:14: `a.example` is not `host:port`"),
        arguments("connect-to: {\"*:443\": 10.0.0.1}", "1:23: `10.0.0.1` is not `host:port`"),
        arguments("connect-to: {\"*:443\": \"*:443\"}", "1:23: `*:443` is not a host"),
        arguments("connect-to: {\"*:0\": 10.0.0.1:1}", "1:14: `*:0` has no port of 1 to 65535"),
        arguments("connect-to: {\"*:1\": 10.0.0.1:65536}", "1:21: `10.0.0.1:65536` has no port"),
        arguments("connect-to: {\"a b:1\": 10.0.0.1:1}", "1:14: `a b:1` is not a host"),
        arguments(
            "connect-to: {\"a.example:1\": 10.0.0.1:1, \"A.example:1\": 10.0.0.1:1}",
            "1:41: `A.example:1` is given twice"),
        arguments("upstream: {certificate: a.pem}", "1:12: unknown key `certificate`"),
        arguments(
            "upstream: {certificates: a.pem}", "1:26: `certificates` must be a list, not `a.pem`"),
        arguments(
            "upstream: {certificates: [a.pem]}",
            "1:27: each of `certificates` must be a mapping, not text"),
        arguments(
            "upstream: {certificates: [{host: a.example, key: b}]}",
            "1:27: `certificate` is missing"),
        arguments(
            "upstream: {certificates: [{certificate: a, key: b}]}", "1:27: `host` is missing"),
        arguments(
            "upstream: {certificates: [{host: '*', certificate: a, key: b}]}",
            "1:34: `*` is not a host"),
        arguments(
            "upstream: {certificates: [{host: a.example, certificate: a, key: b, port: 0}]}",
            "1:75: `port` must be"),
        arguments(
            "upstream: {certificates: [{host: a.example, certificate: a, key: b},"
                + " {host: A.example, port: 443, certificate: c, key: c}]}",
            "1:70: `a.example:443` has two certificates"),
        arguments("upstream: {resolve: here}", "1:21: `resolve` must be `parent` or `gate`"),
        arguments(
            "upstream: {no-proxy: [\"*.a.example\"]}", "1:23: `*.a.example` is not a host or a"),
        arguments("upstream: {no-proxy: [a.example:0]}", "1:23: `a.example:0` is not a host or a"),
        arguments("upstream: {no-proxy: [10.0.0.1/8]}", "1:23: `10.0.0.1/8` is not a host or a"),
        arguments("upstream: {no-proxy: [.10.0.0.1]}", "1:23: `.10.0.0.1` is not a host or a"),
        arguments(
            "upstream: {parents: {a: direct}}",
            "1:25: the URL of the parent proxy must begin with `http://` or `https://`"),
        arguments(
            "upstream: {http-proxy: \"socks5://a:1\"}",
            "1:24: a parent proxy with `socks5://` is not supported"),
        arguments(
            "upstream: {proxy-tls: {key: a.key}}", "1:29: `certificate` and `key` belong together"),
        arguments("limits: {connections: 0}", "1:23: `connections` must be a whole number of 1 to"),
        arguments(
            "limits: {connections: 1000001}", "1:23: `connections` must be a whole number of 1 to"),
        arguments(
            "limits: {events-per-client: 200}", "1:29: `events-per-client` must be a rate of 1/s"),
        arguments(
            "limits: {events-per-client: 0/s}", "1:29: `events-per-client` must be a rate of 1/s"),
        arguments("limits: {events-per-client: 200/m}", "1:29: `events-per-client` must be a rate"),
        arguments(
            "limits: {request-head: 16}", "1:24: `request-head` must be a size of 1KiB to 256KiB"),
        arguments("limits: {request-head: 1023B}", "1:24: `request-head` must be a size of 1KiB"),
        arguments("limits: {request-head: 257KiB}", "1:24: `request-head` must be a size of 1KiB"),
        arguments("limits: {client-hello: 511B}", "1:24: `client-hello` must be a size of 512B"),
        arguments("limits: {client-hello: 65KiB}", "1:24: `client-hello` must be a size of 512B"),
        arguments("limits: {time: {dial: 10}}", "1:23: `dial` must be a duration of 1ms to 1h"),
        arguments("limits: {time: {dial: 0s}}", "1:23: `dial` must be a duration of 1ms to 1h"),
        arguments("limits: {time: {dial: 3601s}}", "1:23: `dial` must be a duration of 1ms to 1h"),
        arguments("limits: {time: {idle: 31d}}", "1:23: `idle` must be a duration of 1ms to 30d"),
        arguments("limits: {time: {idel: 1s}}", "1:17: unknown key `idel`; did you mean `idle`?"),
        arguments("log: {level: loud}", "1:14: `level` must be `error`"),
        arguments("log: {format: xml}", "1:15: `format` must be `text` or `json`"));
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void whatIsWrongIsSaidOnce(String text, String start) throws IOException {
    List<String> problems = new SettingsText(folder).problems(text);
    assertEquals(1, problems.size(), problems.toString());
    String expected = "sallyport.yaml:" + start;
    assertTrue(problems.getFirst().startsWith(expected), problems.getFirst());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "limits: {connections: 1}",
        "limits: {connections: 1000000}",
        "limits: {events-per-client: 1/s}",
        "limits: {request-head: 1KiB, client-hello: 512B}",
        "limits: {request-head: 256KiB, client-hello: 64KiB}",
        "limits: {time: {dial: 1ms, idle: 30d, drain: 0s}}",
        "limits: {time: {dial: 1h}}",
        "audit: {rotate: {size: 4KiB, keep-for: 1s}}",
        "listen: [{port: 0}, {name: b, port: 0}]",
        "listen: [{port: 65535}]"
      })
  void theEndsOfEveryRangeAreInIt(String text) throws IOException {
    assertEquals(List.of(), new SettingsText(folder).problems(text));
  }

  @Test
  void everyProblemIsSaidAtOnceInTheOrderOfTheFile() throws IOException {
    List<String> problems =
        new SettingsText(folder)
            .problems(
                """
                listen: [{port: x}]
                audit: {on-failure: x}
                nonsense: 1
                log: {level: x}
                """);
    List<String> places = problems.stream().map(line -> line.substring(0, 17)).toList();
    assertEquals(
        List.of("sallyport.yaml:1:", "sallyport.yaml:2:", "sallyport.yaml:3:", "sallyport.yaml:4:"),
        places);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "upstream: {proxy: 'http://user:topsecret@proxy.example'}",
        "upstream: {parents: {a: 'https://user:topsecret@proxy.example'}}",
        "upstream: {proxy: 'user:topsecret@proxy.example:1'}",
        "upstream: {proxy: 'http://user:topsecret%@proxy.example:1'}",
        "upstream: {proxy: 'http://user:topsecret@pro xy:1'}",
        "upstream: {proxy: ['http://user:topsecret@proxy.example:1']}",
        "upstream: http://user:topsecret@proxy.example:1",
        "upstream: {prox: 'http://user:topsecret@proxy.example:1'}"
      })
  void noProblemShowsAPassword(String text) throws IOException {
    List<String> problems = new SettingsText(folder).problems(text);
    assertEquals(1, problems.size(), problems.toString());
    assertFalse(problems.toString().contains("topsecret"), problems.toString());
  }
}
