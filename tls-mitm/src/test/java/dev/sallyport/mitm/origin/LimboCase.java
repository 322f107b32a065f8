package dev.sallyport.mitm.origin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;

/// One case of x509-limbo: a chain, who is trusted, and whether a careful client takes it.
record LimboCase(
    String id,
    boolean gate,
    boolean accepted,
    String host,
    InstantSource clock,
    List<X509Certificate> roots,
    List<X509Certificate> chain,
    PrivateKey key) {

  static List<LimboCase> all() throws IOException {
    try (InputStream file =
            Objects.requireNonNull(
                LimboCase.class.getResourceAsStream(
                    "/dev/sallyport/mitm/x509-limbo-proxy.json.gz"));
        InputStream text = new GZIPInputStream(file)) {
      List<LimboCase> cases = new ArrayList<>();
      for (JsonNode each : new ObjectMapper().readTree(text).get("cases")) {
        cases.add(read(each));
      }
      return cases;
    }
  }

  private static LimboCase read(JsonNode node) throws IOException {
    JsonNode time = node.get("validation_time");
    return new LimboCase(
        node.get("id").asText(),
        node.get("gate").asText().equals("yes"),
        node.get("expected").asText().equals("accept"),
        node.get("peer_name").get("value").asText(),
        time.isNull()
            ? InstantSource.system()
            : InstantSource.fixed(OffsetDateTime.parse(time.asText()).toInstant()),
        certificates(node.get("roots")),
        certificates(node.get("chain")),
        key(node.get("key").asText()));
  }

  private static List<X509Certificate> certificates(JsonNode pems) throws IOException {
    List<X509Certificate> certificates = new ArrayList<>();
    for (JsonNode pem : pems) {
      try (PEMParser parser = new PEMParser(new StringReader(pem.asText()))) {
        certificates.add(SentCertificate.of(parser.readPemObject().getContent()));
      }
    }
    return certificates;
  }

  private static PrivateKey key(String pem) throws IOException {
    try (PEMParser parser = new PEMParser(new StringReader(pem))) {
      return new JcaPEMKeyConverter().getKeyPair((PEMKeyPair) parser.readObject()).getPrivate();
    }
  }
}
