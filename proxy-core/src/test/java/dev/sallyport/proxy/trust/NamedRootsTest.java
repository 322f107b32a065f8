package dev.sallyport.proxy.trust;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.sallyport.mitm.authority.Authority;
import dev.sallyport.mitm.authority.Permitted;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NamedRootsTest {
  @TempDir private Path folder = Path.of("");

  @Test
  void whatSingleToolsTrustIsReadOnce() throws Exception {
    Path company = root("company.pem");
    NamedRoots named =
        NamedRoots.of(
            Map.of(
                "NODE_EXTRA_CA_CERTS", company.toString(),
                "CURL_CA_BUNDLE", company.toString(),
                "Npm_Config_Cafile", company.toString(),
                "PATH", company.toString()));
    assertEquals(1, named.certificates().size());
    assertEquals(List.of(company), named.files());
    assertEquals(
        List.of("CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "Npm_Config_Cafile"), named.from());
  }

  @Test
  void whatStandsForTheSystemIsNamedAndNotRepeated() throws Exception {
    Path system = root("system.pem");
    NamedRoots named = NamedRoots.of(Map.of("SSL_CERT_FILE", system.toString()));
    assertEquals(List.of(), named.certificates());
    assertEquals(List.of(system), named.files());
    assertEquals(List.of("SSL_CERT_FILE"), named.from());
  }

  @Test
  void theStoreOfAJvmCounts() throws Exception {
    Path company = root("company.pem");
    TrustFiles files = TrustFiles.write(folder.resolve("store"), "", Files.readString(company));
    String options =
        "-Xmx1g -Djavax.net.ssl.trustStore=nosuch -Djavax.net.ssl.trustStore="
            + files.store()
            + " -Djavax.net.ssl.trustStorePassword="
            + TrustFiles.STORE_PASSWORD;
    NamedRoots named = NamedRoots.of(Map.of("JAVA_TOOL_OPTIONS", options));
    assertEquals(1, named.certificates().size());
    assertEquals(List.of("JAVA_TOOL_OPTIONS"), named.from());
    assertEquals(List.of(), NamedRoots.of(Map.of("JAVA_TOOL_OPTIONS", "-Xmx1g")).from());
  }

  @Test
  void whatCannotBeReadIsNamedAsSuch() throws Exception {
    Path empty = Files.writeString(folder.resolve("empty.pem"), "");
    NamedRoots named =
        NamedRoots.of(
            Map.of(
                "SSL_CERT_FILE",
                folder.resolve("nosuch").toString(),
                "CURL_CA_BUNDLE",
                empty.toString(),
                "PIP_CERT",
                "",
                "DENO_CERT",
                "\0",
                "JAVA_TOOL_OPTIONS",
                "-Djavax.net.ssl.trustStore=" + empty));
    assertEquals(
        List.of("CURL_CA_BUNDLE", "DENO_CERT", "JAVA_TOOL_OPTIONS", "SSL_CERT_FILE"),
        named.unreadable());
    assertEquals(List.of(), named.from());
    assertEquals(List.of(), named.certificates());
  }

  private Path root(String name) throws Exception {
    Authority authority = Authority.inMemory(new Permitted.Anything(), InstantSource.system());
    return Files.writeString(folder.resolve(name), authority.rootPem());
  }
}
