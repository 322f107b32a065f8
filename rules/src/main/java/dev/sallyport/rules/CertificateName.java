package dev.sallyport.rules;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;
import java.util.regex.Pattern;
import javax.security.auth.x500.X500Principal;

/// One of the things that the certificate of a client says of it, and by which a policy or the
/// token file can know it: the whole of that, never a part of it.
///
/// @param value in one spelling for all that are equal: names of DNS in lower case, subjects in RFC
///   2253's form as [X500Principal#CANONICAL] makes it, everything else as it stands there
public record CertificateName(Kind kind, String value) {
  /// Characters of a value that a policy or the token file may name, at most.
  public static final int MAX_VALUE = 256;

  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
  private static final Pattern PRINTABLE = Pattern.compile("[\\x21-\\x7e&&[^*]]+");
  private static final Pattern EMAIL = Pattern.compile("[^@:]+@[^@:]+");

  /// What it is. A certificate is called by the first of these that somebody names.
  public enum Kind {
    /// A URI of the subject alternative name, such as a SPIFFE ID.
    URI,
    /// A DNS name there.
    DNS,
    /// A mail address there.
    EMAIL,
    /// The whole subject, as RFC 4514 writes it.
    SUBJECT,
    /// SHA-256 of the certificate, in lower-case hexadecimal.
    SHA256;

    /// The key in policies and in the token file.
    public String key() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// What somebody wrote who wants to name a certificate; empty when no certificate says such a
  /// thing, or more than one could.
  public static Optional<CertificateName> of(Kind kind, String text) {
    if (text.length() > MAX_VALUE) {
      return Optional.empty();
    }
    return switch (kind) {
      case DNS -> dns(text);
      case URI -> isUri(text) ? Optional.of(new CertificateName(kind, text)) : Optional.empty();
      case EMAIL ->
          isPrintable(text) && EMAIL.matcher(text).matches()
              ? Optional.of(new CertificateName(kind, text))
              : Optional.empty();
      case SUBJECT -> subject(text);
      case SHA256 ->
          SHA256.matcher(text).matches()
              ? Optional.of(new CertificateName(kind, text))
              : Optional.empty();
    };
  }

  /// Everything that the text can be: a record tells a name and not its kind.
  public static Set<CertificateName> readings(String text) {
    SequencedSet<CertificateName> all = new LinkedHashSet<>();
    for (Kind kind : Kind.values()) {
      of(kind, text).ifPresent(all::add);
    }
    return java.util.Collections.unmodifiableSequencedSet(all);
  }

  /// The subject of a certificate; empty when that is nameless.
  public static Optional<CertificateName> of(X500Principal subject) {
    String canonical = subject.getName(X500Principal.CANONICAL);
    return canonical.isEmpty()
        ? Optional.empty()
        : Optional.of(new CertificateName(Kind.SUBJECT, canonical));
  }

  /// Whether no certificate can be called both.
  boolean excludes(CertificateName other) {
    boolean single = kind == Kind.SUBJECT || kind == Kind.SHA256;
    return single && kind == other.kind && !value.equals(other.value);
  }

  private static Optional<CertificateName> dns(String text) {
    try {
      return Host.parse(text) instanceof Host.Name name
          ? Optional.of(new CertificateName(Kind.DNS, name.text()))
          : Optional.empty();
    } catch (MalformedHostException none) {
      return Optional.empty();
    }
  }

  private static boolean isUri(String text) {
    try {
      return isPrintable(text) && new URI(text).isAbsolute();
    } catch (URISyntaxException none) {
      return false;
    }
  }

  private static Optional<CertificateName> subject(String text) {
    try {
      return text.chars().anyMatch(Character::isISOControl)
          ? Optional.empty()
          : of(new X500Principal(text));
    } catch (IllegalArgumentException none) {
      return Optional.empty();
    }
  }

  private static boolean isPrintable(String text) {
    return PRINTABLE.matcher(text).matches();
  }

  @Override
  public String toString() {
    return kind.key() + " " + value;
  }
}
