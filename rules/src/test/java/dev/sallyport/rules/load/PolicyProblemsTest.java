package dev.sallyport.rules.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sallyport.rules.catalog.Catalogs;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Every kind of problem with its place and its words.
class PolicyProblemsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        // Hosts.
        "'*.a.example' | 1: `*.a.example` is not a host: there are no wildcards;"
            + " for every name below `a.example` write `subdomains-of: a.example`",
        "{host: '**.a.example'} | 8: `**.a.example` is not a host: there are no wildcards;"
            + " for every name below `a.example` write `subdomains-of: a.example`",
        "{domain: '*.a.example'} | 10: `*.a.example` is not a host: there are no wildcards;"
            + " `domain: a.example` stands for it and every name below it",
        "{host: '*'} | 8: `*` is not a host: there are no wildcards;"
            + " for every host write `any: true`",
        "a*.example | 1: `a*.example` is not a host: there are no wildcards;"
            + " use `subdomains-of` for every name below one, `domain` for a name and all below it",
        ".a.example | 1: `.a.example` is not a host: a label is empty;"
            + " for every name below it write `subdomains-of: a.example`",
        "bücher.example | 1: `bücher.example` is not a host:"
            + " a character is not a letter, digit, hyphen or underscore;"
            + " names are ASCII: write its `xn--` form",
        "https://a.example/x | 1: `https://a.example/x` is not a host:"
            + " a character is not a letter, digit, hyphen or underscore; write `host: a.example`",
        "{domain: a.example/x} | 10: `a.example/x` is not a host: a character is not a letter,"
            + " digit, hyphen or underscore; write `domain: a.example`",
        "https://u@a.example/ | 1: `https://u@a.example/` is not a host:"
            + " a character is not a letter, digit, hyphen or underscore; write the host alone",
        "{host: 'a.example:8443'} | 8: `a.example:8443` is not a host:"
            + " a character is not a letter, digit, hyphen or underscore;"
            + " write `host: a.example` and `ports: [8443]`",
        "'a.example:x' | 1: `a.example:x` is not a host:"
            + " a character is not a letter, digit, hyphen or underscore;"
            + " write `host: a.example` and `ports: [443]`",
        "a..example | 1: `a..example` is not a host: a label is empty",
        "10.0.0.1 | 1: `10.0.0.1` is an address, not a name; write `address: 10.0.0.1`",
        "'[::1]' | 1: `[::1]` is an address, not a name; write `address: ::1`",
        "2130706433 | 1: `2130706433` is not a host:"
            + " an address literal must be four decimal numbers of 0 to 255",
        "{host: } | 2: `host` has no value; write one or remove the key",
        "{host: [a.example]} | 8: `host` must be text, not a list",
        // What an entry is.
        "[a.example] | 1: an entry must be a host or a mapping, not a list;"
            + " write `name.example` or `{host: name.example}`",
        "~ | 1: an entry must be a host or a mapping, not nothing;"
            + " write `name.example` or `{host: name.example}`",
        "{scheme: any} | 1: this names no host; write one of `host`, `domain`, `subdomains-of`,"
            + " `address`, `any`, `catalog`, `git`, `mcp`",
        "{host: a.example, domain: b.example} | 19: `host` and `domain` stand in one line;"
            + " give each a line of its own",
        // Addresses.
        "{address: a.example} | 11: `address` must be an address or a range, not `a.example`:"
            + " an address literal must be four decimal numbers of 0 to 255;"
            + " write `host: a.example`",
        "{address: 10.0.0.1/8} | 11: `address` must be an address or a range, not `10.0.0.1/8`:"
            + " the address has bits set beyond its prefix of 8;"
            + " write it as in `10.1.0.0/16` or `2001:db8::/32`",
        "{address: '[::1]'} | 11: `address` must be an address or a range, not `[::1]`:"
            + " brackets must hold an IPv6 address without a zone; leave out the brackets",
        "{address: 127.1} | 11: `address` must be an address or a range, not `127.1`:"
            + " an address literal must be four decimal numbers of 0 to 255;"
            + " write it as in `10.1.0.0/16` or `2001:db8::/32`",
        // Ports, scheme, tunnel.
        "{host: a.example, ports: 0} | 26: `ports` must be a whole number of 1 to 65535, not `0`",
        "{host: a.example, ports: [443, 65536]} |"
            + " 32: `ports` must be a whole number of 1 to 65535, not `65536`",
        "{host: a.example, ports: []} | 19: `ports` names no port; name one or leave it out",
        "{host: a.example, ports: } | 19: `ports` names no port; name one or leave it out",
        "{host: a.example, ports: [[1]]} | 27: `ports` must be text, not a list",
        "{host: a.example, scheme: htp} | 27: `scheme` must be `https`, `http` or `any`, not `htp`;"
            + " did you mean `http`?",
        "{host: a.example, sni: any} | 24: `sni` must be `absent`, not `any`",
        "{host: a.example, tunnel: tls} | 27: `tunnel` must be `any`, not `tls`",
        "{host: a.example, ech: allow} | 24: `ech` must be `deny`, not `allow`",
        // Ranges behind names.
        "{host: a.example, resolves-to: 10.0.0.0/33} |"
            + " 32: `resolves-to` must be an address or a range, not `10.0.0.0/33`:"
            + " a prefix is a number of 0 to 32;"
            + " write it as in `10.1.0.0/16` or `2001:db8::/32`",
        "{host: a.example, resolves-to: []} |"
            + " 19: `resolves-to` names no range; name one or leave it out",
        "{address: 10.0.0.1, resolves-to: 10.0.0.1} |"
            + " 21: `resolves-to` says where a name may lead, and `address` is no name; remove it",
        "{any: true, accept-risk: me, resolves-to: 10.0.0.1} |"
            + " 30: `resolves-to` says where a name may lead, and `any` is no name; remove it",
        // What needs leave.
        "{any: true} | 2: `any: true` allows every host and needs `accept-risk`;"
            + " write `accept-risk: \"who and why\"` beside it",
        "{any: true, accept-risk: ''} |"
            + " 26: `accept-risk` must be one line of 1 to 500 characters, not ``",
        "{any: false, accept-risk: me} |"
            + " 2: `any` can only be `true`; write `any: true` or remove it",
        "{any: yes, accept-risk: me} | 7: `any` must be `true` or `false`, not `yes`",
        "{subdomains-of: com} | 2: `com` is a public suffix: anybody can have a name below it;"
            + " name the hosts, or write `public-suffix: true` beside it",
        "{domain: co.uk} | 2: `co.uk` is a public suffix: anybody can have a name below it;"
            + " name the hosts, or write `public-suffix: true` beside it",
        "{domain: GitHub.IO.} | 2: `github.io` is a public suffix: anybody can have a name below"
            + " it; name the hosts, or write `public-suffix: true` beside it",
        "{domain: com, public-suffix: false} |"
            + " 2: `com` is a public suffix: anybody can have a name below it;"
            + " name the hosts, or write `public-suffix: true` beside it"
            + " / 15: `public-suffix` can only be `true`;"
            + " write `public-suffix: true` or remove it",
        // Catalogues.
        "{catalog: anthropc/api} |"
            + " 11: unknown catalogue `anthropc/api`; did you mean `anthropic/api`?",
        "{catalog: anthropc/api@2026-11-21} |"
            + " 11: unknown catalogue `anthropc/api`; did you mean `anthropic/api`?",
        // Ids.
        "{host: a.example, id: a b} | 23: `a b` is not a name for a rule;"
            + " use letters, digits, `.`, `_` and `-`, a letter or digit first, at most 64",
        "{host: a.example, id: x}, {host: b.example, id: x} |"
            + " 49: the id `x` is taken by the rule at p.yaml:3; give each rule its own",
        // Repetition.
        "a.example, {host: A.EXAMPLE., scheme: https} |"
            + " 12: this says the same as the entry at p.yaml:3; keep one of them",
        "{host: a.example, ports: [80, 443]}, {host: a.example, ports: [443, 80], id: x} |"
            + " 38: this says the same as the entry at p.yaml:3; keep one of them",
        "{catalog: anthropic/api}, {catalog: anthropic/api} |"
            + " 27: this says the same as the entry at p.yaml:3; keep one of them",
        // Words.
        "{hots: a.example} | 1: this names no host; write one of `host`, `domain`, `subdomains-of`,"
            + " `address`, `any`, `catalog`, `git`, `mcp` / 2: unknown key `hots`; did you mean"
            + " `host`?",
        "{host: a.example, prots: 443} | 19: unknown key `prots`; did you mean `ports`?",
        "{host: a.example, metods: [GET]} | 19: unknown key `metods`; did you mean `methods`?",
        "{host: a.example, reason: \"a\\nb\"} |"
            + " 27: `reason` must be one line of 1 to 500 characters, not `a<U+000A>b`",
      })
  void entries(String entry, String lines) {
    assertEquals(List.of(lines.split(" / ")), Loads.entryProblems(entry));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "'*.a.example' | 1: `*.a.example` is not a host: there are no wildcards;"
            + " for every name below `a.example` write `subdomains-of: a.example`",
        "[a] | 1: a deny rule must be a host or a mapping, not a list;"
            + " write `name.example` or `{domain: name.example}`",
        "{reason: x} | 1: this names no host;"
            + " write one of `host`, `domain`, `subdomains-of`, `address`, `any`",
        "{host: a.example, catalog: npm} | 19: unknown key `catalog`; known here: host, domain,"
            + " subdomains-of, address, any, scheme, ports, reason, id, public-suffix, methods,"
            + " paths, query, headers",
        "{host: a.example, methods: [get]} | 29: `get` is not a method in capitals",
        "{host: a.example, ports: 0} | 26: `ports` must be a whole number of 1 to 65535, not `0`",
        "a.example, {host: a.example, reason: again} |"
            + " 12: this says the same as the rule at p.yaml:3; keep one of them",
        "{any: false} | 2: `any` can only be `true`; write `any: true` or remove it",
      })
  void denyRules(String rule, String line) {
    assertEquals(List.of(line), Loads.denyProblems(rule));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        // Beside `classes`.
        "clases: {} | 3:1: unknown key `clases`; did you mean `classes`?",
        "contact: \"a\\u001b\" |"
            + " 3:10: `contact` must be one line of 1 to 500 characters, not `a<U+001B>`",
        "contact: | 3:1: `contact` has no value; write one or remove the key",
        "request-url: a.example | 3:14: `request-url` must be a URL, not `a.example`;"
            + " write it as in `https://name.example/request?id={request}`",
        "request-url: 'javascript:x' | 3:14: `request-url` must be a URL, not `javascript:x`;"
            + " write it as in `https://name.example/request?id={request}`",
        "owners: [a] | 3:9: `owners` must be a mapping, not a list; write `owners: {key: value}`",
        "owners: {a b: c} | 3:10: `a b` is not a name for a role;"
            + " use letters, digits, `.`, `_` and `-`, a letter or digit first, at most 64",
        "owners: {a: [b]} | 3:13: `a` must be text, not a list",
        "deny: a.example | 3:7: `deny` must be a list, not `a.example`; write `deny: [...]`",
        // Classes.
        "classes: {web: [a.example]} |"
            + " 3:16: the class `web` must be a mapping, not a list; write `key: value`",
        "classes: {we b: {}} | 3:11: `we b` is not a name for a class;"
            + " use letters, digits, `.`, `_` and `-`, a letter or digit first, at most 64",
        "classes: {web: {alow: []}} | 3:17: unknown key `alow`; did you mean `allow`?",
        "classes: {web: {intercept: on}} |"
            + " 3:28: `intercept` must be `true`, `false` or `never`, not `on`",
        "classes: {web: {minimum-age: 3d}} |"
            + " 3:17: `minimum-age` takes sight of requests, and in a tunnel there is none;"
            + " write `intercept: true` in the class",
        "classes: {web: {allow: a.example}} |"
            + " 3:24: `allow` must be a list, not `a.example`; write `allow: [...]`",
        // Profiles.
        "profiles: {dev: {classes: [web]}} |"
            + " 3:28: there is no class `web`; the policy defines none",
        "profiles: {dev: {classes: [[]]}} | 3:28: `classes` must be text, not a list",
        "profiles: {dev: {unknown: allow}} |"
            + " 3:27: `unknown` must be `deny` or `ask`, not `allow`",
        "profiles: {dev: {like: ci}} | 3:24: there is no profile `ci`; defined: dev",
        "profiles: {dev: {like: dev}} |" + " 3:24: profile `dev` is like itself; list its classes",
        "profiles: {dev: {}, ci: {like: dev, classes: []}} |"
            + " 3:26: `like` and `classes` stand in one profile;"
            + " list the classes, or say without",
        "profiles: {dev: {without: []}} |"
            + " 3:18: `without` takes from a profile that `like` names; remove it",
        "profiles: {dev: {owner: me}} | 3:18: `owner` belongs to `mode: report`; remove it",
        "profiles: {dev: {mode: enforce}} |" + " 3:24: `mode` must be `report`, not `enforce`",
        "profiles: {-dev: {}} | 3:12: `-dev` is not a name for a profile;"
            + " use letters, digits, `.`, `_` and `-`, a letter or digit first, at most 64",
        // Assignments.
        "assign: [{any: true, profile: dev}] |"
            + " 3:31: there is no profile `dev`; the policy defines none",
        "assign: [{any: true}] | 3:10: this line assigns no profile; write `profile: NAME`",
        "assign: [x] |"
            + " 3:10: a line of `assign` must be a mapping, not text; write `key: value`",
        // Tests.
        "tests: [x] | 3:9: a test must be a mapping, not text; write `key: value`",
      })
  void policies(String text, String line) {
    assertEquals(List.of("p.yaml:" + line), Loads.problems(Loads.HEAD + text + "\n"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "{profile: dev} | 10: this line does not say which clients it means;"
            + " write one of `token`, `certificate`, `proven`, `address`, `listener`, `any: true`,"
            + " `anonymous: true`",
        "{proven: {}, profile: dev} | 11: `proven` names no label; write `{name: value}`",
        "{proven: , profile: dev} | 11: `proven` names no label; write `{name: value}`",
        "{proven: {a: 'b*c'}, profile: dev} |"
            + " 20: `b*c` is not a value; `*` may stand at the end only",
        "{oidc: x, profile: dev} | 11: `oidc` is not supported by this version",
        "{claimed: {a: b}, profile: dev} | 11: `claimed` stands alone, and what a client says of"
            + " itself proves nothing; write it beside one of `token`, `certificate`, `proven`,"
            + " `address`, `listener`, `any: true`",
        "{any: true, claimed: {a: b}, profile: dev} | 10: by claiming this, a client would gain:"
            + " without the claim it may have no profile at all;"
            + " add a line below for the same clients without `claimed`",
        "{any: true, profile: dve} | 31: there is no profile `dve`; did you mean `dev`?",
        "{any: true, profile: other} | 31: there is no profile `other`; defined: dev",
        "{any: false, profile: dev} |"
            + " 11: `any` can only be `true`; write `any: true` or remove it",
        "{token: 'c*i', profile: dev} |"
            + " 18: `c*i` is not the name of a token; `*` may stand at the end only",
        "{token: 'c i', profile: dev} | 18: `c i` is not the name of a token;"
            + " use letters, digits, `.`, `_` and `-`, a letter or digit first, at most 64",
        "{token: ci, anonymous: true, profile: dev} |"
            + " 22: a client that shows a token is not anonymous, so this line never matches;"
            + " write two lines",
        "{address: host.example, profile: dev} |"
            + " 20: `address` must be an address or a range, not `host.example`:"
            + " an address literal must be four decimal numbers of 0 to 255;"
            + " write `host: host.example`",
        "{listener: a b, profile: dev} | 21: `a b` is not a name for a listener;"
            + " use letters, digits, `.`, `_` and `-`, a letter or digit first, at most 64",
        "{tokn: ci, any: true, profile: dev} | 11: unknown key `tokn`; did you mean `token`?",
      })
  void assignments(String assignment, String line) {
    assertEquals(
        List.of("p.yaml:4:" + line),
        Loads.problems(Loads.HEAD + "profiles: {dev: {}}\nassign: [" + assignment + "]\n"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "{profile: dev} | 9: this test expects nothing; write one of `allow`, `deny`, `ask`"
            + " and a request, as in `allow: \"GET https://name.example/\"`",
        "{allow: 'https://a.example', deny: 'https://a.example', profile: dev} |"
            + " 9: this test expects more than one outcome; write one of `allow`, `deny`, `ask`"
            + " and a request, as in `allow: \"GET https://name.example/\"`",
        "{allow: a.example, profile: dev} | 17: `a.example` is not a request:"
            + " a URL begins with `https://` or `http://`;"
            + " write `GET https://name.example/path` or `CONNECT name.example:443`",
        "{allow: 'https://a.example'} | 9: this test has no client;"
            + " write `profile: NAME` or `as: {token: NAME}`",
        "{allow: 'https://a.example', profile: dev, as: {token: x}} |"
            + " 9: this test has both `profile` and `as`;"
            + " write `profile: NAME` or `as: {token: NAME}`",
        "{allow: 'https://a.example', profile: dve} |"
            + " 47: there is no profile `dve`; did you mean `dev`?",
        "{allow: 'https://a.example', profile: dev, class: wbe} |"
            + " 59: there is no class `wbe`; the policy defines none",
        "{deny: 'https://a.example', profile: dev, reason: not-lited} |"
            + " 59: `not-lited` is not a reason; did you mean `not-listed`?",
        "{deny: 'https://a.example', profile: dev, reason: x} |"
            + " 59: `x` is not a reason; use a code such as `not-listed`",
        "{deny: 'https://a.example', as: {}} |"
            + " 41: `as` names no client; write `as: {token: NAME}`",
        "{deny: 'https://a.example', as: {oidc: x}} |"
            + " 42: `oidc` is not supported by this version",
        "{deny: 'https://a.example', as: {certificate: {dns: a}, token: b}} |"
            + " 42: a client is known by its token, by its certificate or by nothing;"
            + " keep one of them",
        "{deny: 'https://a.example', as: {proven: {a: b}, anonymous: true}} |"
            + " 58: a client with proven labels is not anonymous; keep one",
        "{deny: 'https://a.example', as: {token: x, anonymous: true}} |"
            + " 52: a client that shows a token is not anonymous; keep one of them",
        "{deny: 'https://a.example', as: {address: 10.0.0.0/8}} |"
            + " 51: `address` must be one address, not `10.0.0.0/8`:"
            + " an address literal must be four decimal numbers of 0 to 255",
        "{deny: 'https://a.example', as: {name: x}} |"
            + " 42: unknown key `name`; known here: token, address, listener, anonymous,"
            + " certificate, proven, claimed",
        "{deny: 'https://a.example', profile: dev, resaon: killed} |"
            + " 51: unknown key `resaon`; did you mean `reason`?",
      })
  void tests(String test, String line) {
    assertEquals(
        List.of("p.yaml:4:" + line),
        Loads.problems(Loads.HEAD + "profiles: {dev: {}}\ntests: [" + test + "]\n"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "'' | 1:1: the policy has no name; write `name: NAME`"
            + " / 1:1: this file does not say which version of the language it is written in;"
            + " begin it with `sallyport: 1`",
        "{sallyport: 2, name: p} | 1:13: version `2` of the language is not known;"
            + " this version of sallyport reads `sallyport: 1`",
        "{sallyport: , name: p} | 1:2: `sallyport` has no value; write one or remove the key",
        "{sallyport: 1, name: a b} | 1:22: `a b` is not a name for a policy;"
            + " use letters, digits, `.`, `_` and `-`, a letter or digit first, at most 64",
        "[a] | 1:1: a policy must be a mapping, not a list; write `key: value`"
            + " / 1:1: the policy has no name; write `name: NAME`",
        "{a | 1:3: this mapping is not closed or lacks a comma; write `{a: 1, b: 2}`",
      })
  void files(String text, String lines) {
    assertEquals(
        List.of(lines.split(" / ")).stream().map(line -> "p.yaml:" + line).toList(),
        Loads.problems(text.equals("''") ? "" : text));
  }

  /// Editions move on with what is known of a vendor.
  @Test
  void anUnknownEditionNamesThoseThereAre() {
    String newest = "" + Catalogs.builtIn().editions("maven-central").last();
    for (String name : List.of("maven-central", "maven-central/read")) {
      for (String edition : List.of("2025-01-01", "", "new")) {
        assertEquals(
            List.of(
                "11: there is no edition `%1$s` of catalogue `%2$s`; there is `%2$s@%3$s`"
                    .formatted(edition, name, newest)),
            Loads.entryProblems("{catalog: " + name + "@" + edition + "}"));
      }
      Loads.policy(
          Loads.HEAD
              + "classes: {a: {intercept: true, allow: [{catalog: "
              + name
              + "@"
              + newest
              + "}]}}");
    }
  }

  @Test
  void aNameDefinedTwiceIsAProblem() {
    assertEquals(
        List.of("p.yaml:5:3: `web` is given twice, first in line 4; keep one of them"),
        Loads.problems(Loads.HEAD + "classes:\n  web: {}\n  web: {}\n"));
  }

  @Test
  void aClassListedTwiceIsAProblem() {
    assertEquals(
        List.of("p.yaml:4:33: `web` is listed twice; keep one of them"),
        Loads.problems(
            Loads.HEAD + "classes: {web: {}}\nprofiles: {dev: {classes: [web, web]}}\n"));
  }
}
