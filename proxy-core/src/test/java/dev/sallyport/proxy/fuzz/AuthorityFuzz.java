package dev.sallyport.proxy.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.proxy.parse.Target;
import dev.sallyport.proxy.parse.TargetParser;
import dev.sallyport.rules.Destination;
import dev.sallyport.rules.Host;
import dev.sallyport.rules.MalformedHostException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Request targets. What is taken is a form that a pattern knows as well, leads to the host that
/// stands in it, and reads the same when it is written anew; both forms of one authority give one
/// destination.
public final class AuthorityFuzz {
  private static final String HOST = "([A-Za-z0-9_.-]{1,254}|\\[[0-9A-Fa-f:.]{2,45}])";
  private static final Pattern AUTHORITY = Pattern.compile(HOST + ":([1-9][0-9]{0,4})");
  private static final Pattern URL =
      Pattern.compile(
          "[Hh][Tt][Tt][Pp]://" + HOST + "(?::([1-9][0-9]{0,4})?)?([/?].*)?", Pattern.DOTALL);

  private AuthorityFuzz() {}

  /// Throws when something of it does not hold.
  public static void fuzzerTestOneInput(byte[] octets) {
    String target = Cuts.text(octets);
    switch (TargetParser.parse("CONNECT", target)) {
      case Target.Tunnel(Destination to) -> {
        holds(AUTHORITY.matcher(target), to, 443);
        Destination same = requested("http://" + target + "/");
        assertEquals(to.host(), same.host(), "both forms lead to one place");
        assertEquals(to.port(), same.port());
      }
      case Target.Request request -> throw new AssertionError("CONNECT became a request");
      case Target.Wrong wrong -> assertFalse(wrong.why().isEmpty());
    }
    switch (TargetParser.parse("GET", target)) {
      case Target.Request(Destination to, String originForm, String path, int queryLength) -> {
        Matcher url = URL.matcher(target);
        holds(url, to, 80);
        String behind = url.group(3) == null ? "" : url.group(3);
        assertEquals(behind.startsWith("/") ? behind : "/" + behind, originForm);
        assertFalse(originForm.contains("#"));
        assertTrue(originForm.startsWith(path));
        assertEquals(to, requested(to.url() + originForm), "what is written anew reads the same");
      }
      case Target.Tunnel tunnel -> throw new AssertionError("GET became a tunnel");
      case Target.Wrong wrong -> assertFalse(wrong.why().isEmpty());
    }
  }

  /// The place that a URL leads to, compared as CONNECT would give it.
  private static Destination requested(String url) {
    return switch (TargetParser.parse("GET", url)) {
      case Target.Request(Destination to, String originForm, String path, int queryLength) -> to;
      case Target.Tunnel tunnel -> throw new AssertionError("GET became a tunnel");
      case Target.Wrong wrong -> throw new AssertionError(wrong.why());
    };
  }

  private static void holds(Matcher form, Destination to, int defaultPort) {
    assertTrue(form.matches(), "no form of a target");
    String port = form.group(2);
    assertEquals(port == null ? defaultPort : Integer.parseInt(port), to.port());
    assertTrue(to.port() > 0 && to.port() <= Destination.MAX_PORT);
    String written = form.group(1);
    switch (to.host()) {
      case Host.Name name -> {
        String lower = written.toLowerCase(Locale.ROOT);
        assertEquals(
            lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower, name.text());
        assertEquals(String.join(".", name.labels()), name.text());
        assertFalse(Character.isDigit(name.labels().getLast().charAt(0)) && isNumber(name));
      }
      case Host.Literal literal -> assertEquals(meant(written), literal.address());
    }
    try {
      assertEquals(to.host(), Host.parse(to.host().authorityText()));
    } catch (MalformedHostException notCanonical) {
      throw new AssertionError(notCanonical);
    }
  }

  private static boolean isNumber(Host.Name name) {
    return name.labels().getLast().matches("[0-9]+|0x[0-9a-f]*");
  }

  /// The JDK's own reading of a literal; it asks no resolver for these forms.
  private static InetAddress meant(String literal) {
    try {
      return InetAddress.getByName(literal);
    } catch (UnknownHostException notALiteral) {
      throw new AssertionError(notALiteral);
    }
  }

  /// Where a fuzzer starts.
  public static List<byte[]> seeds() {
    return List.of(
            "example.com:443",
            "EXAMPLE.com.:8443",
            "my_host.example.net:1",
            "xn--bcher-kva.example:65535",
            "127.0.0.1:443",
            "[::1]:443",
            "[::ffff:169.254.169.254]:80",
            "[2001:DB8:0:0:1::]:443",
            "127.1:443",
            "0x7f000001:443",
            "[fe80::1%25lo]:443",
            "a@b:443",
            "http://example.com/a?b=c",
            "HTTP://Example.COM.:8080?x",
            "http://[::1]:81/",
            "http://[::ffff:7f00:1]/",
            "http://example.com:/",
            "http://example.com#x",
            "http://a@example.com/",
            "https://example.com/",
            "http://example.com/@evil.test/../%2e%2e//\\",
            "*",
            "/")
        .stream()
        .map(text -> text.getBytes(StandardCharsets.ISO_8859_1))
        .toList();
  }
}
