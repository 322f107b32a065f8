/// SOCKS5 (RFC 1928, RFC 1929) as octets: the client's three messages read strictly, and the gate's
/// replies. What becomes of a request is not decided here.
@NullMarked
package dev.sallyport.proxy.socks;

import org.jspecify.annotations.NullMarked;
