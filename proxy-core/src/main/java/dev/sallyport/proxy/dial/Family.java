package dev.sallyport.proxy.dial;

import io.netty.handler.codec.dns.DnsRecordType;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;

/// The two families of addresses, in the order in which they are tried.
enum Family {
  IPV6(DnsRecordType.AAAA, 16, Inet6Address.class),
  IPV4(DnsRecordType.A, 4, Inet4Address.class);

  private final DnsRecordType record;
  private final int octets;
  private final Class<? extends InetAddress> type;

  Family(DnsRecordType record, int octets, Class<? extends InetAddress> type) {
    this.record = record;
    this.octets = octets;
    this.type = type;
  }

  /// What DNS is asked for.
  DnsRecordType record() {
    return record;
  }

  /// How many octets an address has.
  int octets() {
    return octets;
  }

  Family other() {
    return this == IPV6 ? IPV4 : IPV6;
  }

  /// Those of this family, in the same order.
  List<InetAddress> of(List<InetAddress> addresses) {
    return addresses.stream().filter(type::isInstance).toList();
  }
}
