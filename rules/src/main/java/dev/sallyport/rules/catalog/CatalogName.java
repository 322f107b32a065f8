package dev.sallyport.rules.catalog;

import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/// What stands behind `catalog:` in a policy: `VENDOR`, `VENDOR/PART`, and `@DATE` behind either to
/// pin an edition.
///
/// @param part empty for all of the vendor
/// @param edition empty for the newest
public record CatalogName(String vendor, Optional<String> part, Optional<LocalDate> edition) {
  /// Reads one; empty when the text has another form. Whether there is such a catalogue is another
  /// question.
  public static Optional<CatalogName> parse(String text) {
    int at = text.indexOf('@');
    String name = at < 0 ? text : text.substring(0, at);
    int slash = name.indexOf('/');
    String vendor = slash < 0 ? name : name.substring(0, slash);
    Optional<String> part = slash < 0 ? Optional.empty() : Optional.of(name.substring(slash + 1));
    try {
      Optional<LocalDate> edition =
          at < 0 ? Optional.empty() : Optional.of(LocalDate.parse(text.substring(at + 1)));
      return Optional.of(new CatalogName(vendor, part, edition));
    } catch (DateTimeParseException noDate) {
      return Optional.empty();
    }
  }

  /// The same without its edition, as it is written: `VENDOR` or `VENDOR/PART`.
  public String unpinned() {
    return part.map(name -> vendor + "/" + name).orElse(vendor);
  }
}
