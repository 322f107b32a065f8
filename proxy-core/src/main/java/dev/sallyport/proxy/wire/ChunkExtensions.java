package dev.sallyport.proxy.wire;

/// Checks the extensions of one chunk as they come (RFC 9112 section 7.1.1), from behind the first
/// semicolon: names, and values that are tokens or quoted strings, in ASCII (on other octets
/// Netty's decoder fails) and without the white space that the RFC calls bad. A quote that stays
/// open would hide the line's end from some readers.
final class ChunkExtensions {
  private enum Part {
    NAME_START,
    NAME,
    VALUE_START,
    VALUE,
    QUOTED,
    ESCAPED,
    QUOTED_END
  }

  private Part part = Part.NAME_START;

  void take(byte octet) throws WireException {
    if (!Octets.isFieldValue(octet) || octet < 0) {
      throw new WireException("a chunk extension holds a control octet or one above ASCII");
    }
    part =
        switch (part) {
          case NAME_START -> token(octet, Part.NAME);
          case NAME -> octet == '=' ? Part.VALUE_START : next(octet, Part.NAME);
          case VALUE_START -> octet == '"' ? Part.QUOTED : token(octet, Part.VALUE);
          case VALUE -> next(octet, Part.VALUE);
          case QUOTED ->
              switch (octet) {
                case '"' -> Part.QUOTED_END;
                case '\\' -> Part.ESCAPED;
                default -> Part.QUOTED;
              };
          case ESCAPED -> Part.QUOTED;
          case QUOTED_END -> {
            if (octet != ';') {
              throw unclear();
            }
            yield Part.NAME_START;
          }
        };
  }

  /// The line ends here.
  void end() throws WireException {
    if (part != Part.NAME && part != Part.VALUE && part != Part.QUOTED_END) {
      throw unclear();
    }
    part = Part.NAME_START;
  }

  private static Part next(byte octet, Part same) throws WireException {
    return octet == ';' ? Part.NAME_START : token(octet, same);
  }

  private static Part token(byte octet, Part then) throws WireException {
    if (!Octets.isToken(octet)) {
      throw unclear();
    }
    return then;
  }

  private static WireException unclear() {
    return new WireException("a chunk extension is not `name=value`");
  }
}
