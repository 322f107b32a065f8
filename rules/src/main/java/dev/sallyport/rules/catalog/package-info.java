/// The vendor catalogues: which hosts a product needs, for what, and how that is known.
///
/// One data file per vendor lies beside this package, written like a DNS zone file: a zone, then
/// hosts relative to it, each with part, class, purpose, need, source and date of the evidence. A
/// policy names a vendor or one part of it and gets exact hosts, or `subdomains-of` where the
/// vendor's own documents say so. Everything here is immutable and safe to use from any thread.
@NullMarked
package dev.sallyport.rules.catalog;

import org.jspecify.annotations.NullMarked;
