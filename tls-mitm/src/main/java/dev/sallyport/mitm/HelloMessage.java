package dev.sallyport.mitm;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Reads one whole ClientHello message (RFC 8446 section 4.1.2; the same syntax since RFC 5246
/// section 7.4.1.2), every length of which must be exact.
final class HelloMessage {
  /// Octets of the handshake header: type and 24-bit length.
  static final int HEADER_OCTETS = 4;

  private static final int RANDOM_OCTETS = 32;
  private static final int MAX_SESSION_ID_OCTETS = 32;
  private static final int TLS_1_0 = 0x0301;
  private static final int TLS_1_2 = 0x0303;
  private static final int NO_COMPRESSION = 0;

  private static final int SERVER_NAME = 0;
  private static final int ALPN = 16;
  private static final int SUPPORTED_VERSIONS = 43;
  private static final int ENCRYPTED_CLIENT_HELLO = 0xfe0d;

  /// The draft before ECH; an origin that still has it reads a hidden name as well.
  private static final int ENCRYPTED_SERVER_NAME = 0xffce;

  private static final int HOST_NAME = 0;
  private static final int FIRST_VISIBLE = 0x21;
  private static final int LAST_VISIBLE = 0x7e;

  private final Set<Integer> seen = new HashSet<>();
  private final HelloFingerprint fingerprint = new HelloFingerprint();

  private ServerName serverName = new ServerName.Absent();
  private List<String> protocols = List.of();
  private List<Integer> versions = List.of();

  private HelloMessage() {}

  /// Reads a message, header included, whose type and length were checked.
  ///
  /// @param octets of the records it came in
  static ClientHello parse(byte[] message, int octets) throws MalformedHelloException {
    WireVector body = new WireVector(message, HEADER_OCTETS, message.length, "the ClientHello");
    return new HelloMessage().read(body, octets);
  }

  private ClientHello read(WireVector body, int octets) throws MalformedHelloException {
    int legacyVersion = body.uint16();
    // SSL 3.0 must not be used (RFC 7568); above TLS 1.2 the extension says it (RFC 8446 4.1.2).
    if (legacyVersion < TLS_1_0 || legacyVersion > TLS_1_2) {
      throw new MalformedHelloException("the version field is not one of TLS 1.0 to 1.2");
    }
    body.skip(RANDOM_OCTETS);
    if (body.vector8("the session id").length() > MAX_SESSION_ID_OCTETS) {
      throw new MalformedHelloException(
          "the session id is longer than " + MAX_SESSION_ID_OCTETS + " octets");
    }
    fingerprint.cipherSuites(uint16List(body.vector16("the list of cipher suites")));
    compression(body.vector8("the list of compression methods"));
    if (!body.isEmpty()) {
      extensions(body.vector16("the list of extensions"));
    }
    body.end();
    boolean encrypted =
        seen.contains(ENCRYPTED_CLIENT_HELLO) || seen.contains(ENCRYPTED_SERVER_NAME);
    fingerprint.protocols(protocols);
    return new ClientHello(
        serverName, protocols, versions, legacyVersion, encrypted, fingerprint.value(), octets);
  }

  private static void compression(WireVector methods) throws MalformedHelloException {
    boolean none = false;
    while (!methods.isEmpty()) {
      none |= methods.uint8() == NO_COMPRESSION;
    }
    if (!none) {
      throw new MalformedHelloException("the compression methods lack the null method");
    }
  }

  private void extensions(WireVector extensions) throws MalformedHelloException {
    while (!extensions.isEmpty()) {
      int type = extensions.uint16();
      // RFC 8446 section 4.2; which of two server_name extensions counts would be anybody's guess.
      if (!seen.add(type)) {
        throw new MalformedHelloException("an extension occurs twice");
      }
      fingerprint.extension(type);
      extension(type, extensions.vector16(extensionName(type)));
    }
  }

  private void extension(int type, WireVector data) throws MalformedHelloException {
    switch (type) {
      case SERVER_NAME -> serverName = serverName(data);
      case ALPN -> protocols = protocols(data);
      case SUPPORTED_VERSIONS -> versions = versions(data);
      default -> {
        // Says nothing that a rule could be held against.
      }
    }
  }

  private static String extensionName(int type) {
    return switch (type) {
      case SERVER_NAME -> "the server name extension";
      case ALPN -> "the ALPN extension";
      case SUPPORTED_VERSIONS -> "the extension of supported versions";
      default -> "an extension";
    };
  }

  private static ServerName serverName(WireVector data) {
    try {
      WireVector names = data.vector16("the server name list");
      data.end();
      if (names.uint8() != HOST_NAME) {
        return new ServerName.Invalid("the server name is of an unknown type");
      }
      String name = hostName(names.vector16("the host name"));
      if (!names.isEmpty()) {
        // Of whatever type: origins differ in which one they take.
        return new ServerName.Invalid("the server name list holds more than one entry");
      }
      return new ServerName.Named(name);
    } catch (MalformedHelloException e) {
      return new ServerName.Invalid(e.why());
    }
  }

  private static String hostName(WireVector name) throws MalformedHelloException {
    if (name.isEmpty()) {
      throw new MalformedHelloException("the host name is empty");
    }
    if (name.length() > ServerName.MAX_OCTETS) {
      throw new MalformedHelloException(
          "the host name is longer than " + ServerName.MAX_OCTETS + " octets");
    }
    String text = name.text();
    if (!text.chars().allMatch(c -> c >= FIRST_VISIBLE && c <= LAST_VISIBLE)) {
      throw new MalformedHelloException("the host name holds an octet that is not visible ASCII");
    }
    return text;
  }

  /// RFC 7301 section 3.1.
  private static List<String> protocols(WireVector data) throws MalformedHelloException {
    WireVector list = data.vector16("the ALPN list");
    data.end();
    List<String> protocols = new ArrayList<>();
    do {
      WireVector protocol = list.vector8("an ALPN protocol");
      if (protocol.isEmpty()) {
        throw new MalformedHelloException("an ALPN protocol is empty");
      }
      protocols.add(protocol.text());
    } while (!list.isEmpty());
    return protocols;
  }

  /// RFC 8446 section 4.2.1.
  private static List<Integer> versions(WireVector data) throws MalformedHelloException {
    WireVector list = data.vector8("the list of supported versions");
    data.end();
    return uint16List(list);
  }

  /// One or more 16-bit numbers.
  private static List<Integer> uint16List(WireVector list) throws MalformedHelloException {
    List<Integer> numbers = new ArrayList<>();
    do {
      numbers.add(list.uint16());
    } while (!list.isEmpty());
    return numbers;
  }
}
