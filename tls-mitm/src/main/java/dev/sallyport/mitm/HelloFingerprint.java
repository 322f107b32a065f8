package dev.sallyport.mitm;

import java.util.List;

/// Tells the programs that send ClientHellos apart: by the cipher suites, extensions and protocols
/// that they offer, in any order, since some programs shuffle them. What differs from one hello of
/// a program to the next does not count: GREASE (RFC 8701), the server's name, padding, and what a
/// resumption adds. No proof of anything: a program can send the hello of another one.
final class HelloFingerprint {
  private static final int SERVER_NAME = 0;
  private static final int PADDING = 21;
  private static final int SESSION_TICKET = 35;
  private static final int PRE_SHARED_KEY = 41;
  private static final int EARLY_DATA = 42;

  private static final long CIPHER_SUITE = 1L << 32;
  private static final long EXTENSION = 2L << 32;
  private static final long PROTOCOL = 3L << 32;

  private static final int GREASE = 0x0a0a;
  private static final int GREASE_MASK = 0x0f0f;

  private long sum;

  void cipherSuites(List<Integer> suites) {
    for (int suite : suites) {
      if (!isGrease(suite)) {
        add(CIPHER_SUITE + suite);
      }
    }
  }

  void extension(int type) {
    switch (type) {
      case SERVER_NAME, PADDING, SESSION_TICKET, PRE_SHARED_KEY, EARLY_DATA -> {
        // Differs between hellos of one program.
      }
      default -> {
        if (!isGrease(type)) {
          add(EXTENSION + type);
        }
      }
    }
  }

  void protocols(List<String> names) {
    for (String name : names) {
      add(PROTOCOL + name.hashCode());
    }
  }

  long value() {
    return sum;
  }

  /// A sum does not know the order of what is added; each addend is spread over all bits first (the
  /// finalizer of SplitMix64).
  private void add(long what) {
    long mixed = (what ^ (what >>> 30)) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
    sum += mixed ^ (mixed >>> 31);
  }

  private static boolean isGrease(int value) {
    return (value & GREASE_MASK) == GREASE && value >> 8 == (value & 0xff);
  }
}
