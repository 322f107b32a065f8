package dev.sallyport.proxy.wire;

import io.netty.buffer.ByteBuf;

/// Checks a chunked body (RFC 9112 section 7.1) as it comes: sizes in at most fifteen hexadecimal
/// digits and of at most [#MAX_CHUNK] octets, CRLF alone, extensions as [ChunkExtensions] says,
/// trailers like fields. Extensions and trailers are dropped later, when the body is encoded anew.
final class ChunkedBody {
  private static final int MAX_SIZE_DIGITS = 15;

  /// Octets of one chunk. Netty's decoder counts no further, and RFC 9112 section 7.1 wants
  /// overflow told, not wrapped.
  static final long MAX_CHUNK = Integer.MAX_VALUE;

  private enum Part {
    SIZE,
    EXTENSION,
    SIZE_LF,
    DATA,
    DATA_CR,
    DATA_LF,
    TRAILER_START,
    TRAILER_NAME,
    TRAILER_VALUE,
    TRAILER_LF,
    LAST_LF,
    DONE
  }

  private final ChunkExtensions extensions = new ChunkExtensions();
  private Part part = Part.SIZE;
  private long size;
  private int digits;
  private int lineOctets;
  private int trailerOctets;

  void reset() {
    part = Part.SIZE;
    startSize();
    trailerOctets = 0;
  }

  boolean isDone() {
    return part == Part.DONE;
  }

  /// Returns how many of the readable octets are in order and may pass; stops behind the end of the
  /// body.
  int check(ByteBuf in) throws WireException {
    int base = in.readerIndex();
    int available = in.readableBytes();
    int at = 0;
    while (at < available && part != Part.DONE) {
      if (part == Part.DATA) {
        long take = Math.min(size, available - at);
        at += (int) take;
        size -= take;
        if (size == 0) {
          part = Part.DATA_CR;
        }
      } else {
        octet(in.getByte(base + at++));
      }
    }
    return at;
  }

  private void octet(byte octet) throws WireException {
    switch (part) {
      case SIZE -> size(octet);
      case EXTENSION -> extension(octet);
      case SIZE_LF -> {
        expect(octet, Octets.LF);
        part = size == 0 ? Part.TRAILER_START : Part.DATA;
      }
      case DATA_CR -> {
        expect(octet, Octets.CR);
        part = Part.DATA_LF;
      }
      case DATA_LF -> {
        expect(octet, Octets.LF);
        part = Part.SIZE;
        startSize();
      }
      case TRAILER_START, TRAILER_NAME, TRAILER_VALUE, TRAILER_LF, LAST_LF -> trailer(octet);
      case DATA, DONE -> throw new IllegalStateException("no octet is expected here");
    }
  }

  private void size(byte octet) throws WireException {
    int digit = Octets.hexDigit(octet);
    if (digit >= 0) {
      if (++digits > MAX_SIZE_DIGITS) {
        throw new WireException("a chunk size has more than " + MAX_SIZE_DIGITS + " digits");
      }
      size = (size << 4) | digit;
      if (size > MAX_CHUNK) {
        throw new WireException("a chunk is larger than " + MAX_CHUNK + " octets");
      }
      return;
    }
    if (digits == 0) {
      throw new WireException("a chunk has no size");
    }
    if (octet == Octets.CR) {
      part = Part.SIZE_LF;
    } else if (octet == ';') {
      part = Part.EXTENSION;
    } else {
      throw new WireException("a chunk size is not hexadecimal");
    }
  }

  private void extension(byte octet) throws WireException {
    if (octet == Octets.CR) {
      extensions.end();
      part = Part.SIZE_LF;
      return;
    }
    if (++lineOctets > FramingGate.MAX_CHUNK_LINE) {
      throw new WireException(
          "a chunk line is longer than " + FramingGate.MAX_CHUNK_LINE + " octets");
    }
    extensions.take(octet);
  }

  private void trailer(byte octet) throws WireException {
    if (++trailerOctets > FramingGate.MAX_TRAILERS) {
      throw new WireException(
          "the trailers are longer than " + FramingGate.MAX_TRAILERS + " octets");
    }
    switch (part) {
      case TRAILER_START -> {
        if (octet == Octets.CR) {
          part = Part.LAST_LF;
        } else {
          trailerName(octet);
          part = Part.TRAILER_NAME;
        }
      }
      case TRAILER_NAME -> {
        if (octet == Octets.COLON) {
          part = Part.TRAILER_VALUE;
        } else {
          trailerName(octet);
        }
      }
      case TRAILER_VALUE -> {
        if (octet == Octets.CR) {
          part = Part.TRAILER_LF;
        } else if (!Octets.isFieldValue(octet)) {
          throw new WireException("a trailer holds a control octet");
        }
      }
      case TRAILER_LF -> {
        expect(octet, Octets.LF);
        part = Part.TRAILER_START;
      }
      case LAST_LF -> {
        expect(octet, Octets.LF);
        part = Part.DONE;
      }
      case SIZE, EXTENSION, SIZE_LF, DATA, DATA_CR, DATA_LF, DONE ->
          throw new IllegalStateException("not within the trailers");
    }
  }

  private static void trailerName(byte octet) throws WireException {
    if (!Octets.isToken(octet)) {
      throw new WireException("a trailer name is not a token");
    }
  }

  private void startSize() {
    size = 0;
    digits = 0;
    lineOctets = 0;
  }

  private static void expect(byte octet, byte expected) throws WireException {
    if (octet != expected) {
      throw new WireException("a chunk does not end in CRLF");
    }
  }
}
