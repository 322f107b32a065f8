package dev.sallyport.rules.catalog;

import dev.sallyport.rules.HostPattern;
import dev.sallyport.rules.RequestRules;
import dev.sallyport.rules.TrafficClass;
import java.time.LocalDate;
import java.util.List;

/// One host of a vendor, or the names below one.
///
/// @param pattern exactly this host, or every name below it
/// @param part the part of the vendor's catalogue that it belongs to, such as `read`
/// @param trafficClass the class that such traffic usually belongs to; a policy may sort it
///   elsewhere
/// @param purpose what it is for, in a few words for a reviewer
/// @param required whether the part does not work without it
/// @param source how this is known: what was measured with what, or which document says so
/// @param date when that was measured or read
/// @param requests what the part needs there, each by itself enough; empty means everything. Where
///   requests are not seen it cannot be held
public record CatalogEntry(
    HostPattern pattern,
    String part,
    TrafficClass trafficClass,
    String purpose,
    boolean required,
    String source,
    LocalDate date,
    List<RequestRules> requests) {
  public CatalogEntry {
    requests = List.copyOf(requests);
  }
}
