package dev.sallyport.rules;

import java.net.InetAddress;

/// What an address is good for, as the special-purpose registries of IANA (RFC 6890) and a few
/// vendors have it. Which range makes it so, and by which source, says [SpecialRange].
public enum AddressKind {
  /// Reachable for anybody: IPv4 outside every special range, IPv6 inside 2000::/3 and outside
  /// every special range.
  PUBLIC("public", Reach.OPEN),
  PRIVATE("private", Reach.WITHIN_ANY_RANGE),
  SHARED("carrier-grade NAT", Reach.WITHIN_ANY_RANGE),
  UNIQUE_LOCAL("unique local", Reach.WITHIN_ANY_RANGE),
  LOOPBACK("loopback", Reach.SPELLED_OUT),
  LINK_LOCAL("link-local", Reach.SPELLED_OUT),
  /// Hands out credentials of the machine, or otherwise means something on this host alone.
  METADATA("cloud metadata", Reach.SPELLED_OUT),
  UNSPECIFIED("unspecified", Reach.SPELLED_OUT),
  THIS_NETWORK("this network", Reach.SPELLED_OUT),
  IETF_PROTOCOL("IETF protocol assignment", Reach.SPELLED_OUT),
  SERVICE_CONTINUITY("IPv4 service continuity", Reach.SPELLED_OUT),
  DUMMY("dummy", Reach.SPELLED_OUT),
  PORT_CONTROL_ANYCAST("Port Control Protocol anycast", Reach.SPELLED_OUT),
  TURN_ANYCAST("TURN anycast", Reach.SPELLED_OUT),
  SERVICE_REGISTRATION_ANYCAST("DNS-SD registration anycast", Reach.SPELLED_OUT),
  NAT64_DISCOVERY("NAT64 discovery", Reach.SPELLED_OUT),
  DOCUMENTATION("documentation", Reach.SPELLED_OUT),
  AS112("AS112", Reach.SPELLED_OUT),
  MULTICAST_TUNNELING("automatic multicast tunneling", Reach.SPELLED_OUT),
  BENCHMARKING("benchmarking", Reach.SPELLED_OUT),
  MULTICAST("multicast", Reach.SPELLED_OUT),
  RESERVED("reserved", Reach.SPELLED_OUT),
  BROADCAST("broadcast", Reach.SPELLED_OUT),
  IPV4_COMPATIBLE("IPv4-compatible", Reach.SPELLED_OUT),
  IPV4_TRANSLATED("IPv4-translated", Reach.SPELLED_OUT),
  NAT64("NAT64", Reach.SPELLED_OUT),
  LOCAL_NAT64("local NAT64", Reach.SPELLED_OUT),
  DISCARD("discard-only", Reach.SPELLED_OUT),
  TEREDO("Teredo", Reach.SPELLED_OUT),
  SIX_TO_FOUR("6to4", Reach.SPELLED_OUT),
  SIX_TO_FOUR_RELAY("6to4 relay anycast", Reach.SPELLED_OUT),
  SIX_A_44("6a44 relay anycast", Reach.SPELLED_OUT),
  /// An interface identifier that holds an IPv4 address which is not public.
  ISATAP("ISATAP", Reach.SPELLED_OUT),
  ORCHID("ORCHID", Reach.SPELLED_OUT),
  DRONE_REMOTE_ID("drone remote identification", Reach.SPELLED_OUT),
  SEGMENT_ROUTING("segment routing", Reach.SPELLED_OUT),
  SITE_LOCAL("site-local", Reach.SPELLED_OUT),
  /// IPv6 outside 2000::/3, the only block that global unicast addresses are given out from.
  UNASSIGNED("unassigned", Reach.SPELLED_OUT);

  private final String text;
  private final Reach reach;

  AddressKind(String text, Reach reach) {
    this.text = text;
    this.reach = reach;
  }

  /// What this address is. An IPv4-mapped IPv6 address is what its IPv4 address is.
  public static AddressKind of(InetAddress address) {
    return SpecialRange.of(address).map(SpecialRange::kind).orElse(PUBLIC);
  }

  /// Whether any name may lead there.
  public boolean isPublic() {
    return reach == Reach.OPEN;
  }

  /// The word for events, refusals and `explain`.
  public String text() {
    return text;
  }

  /// What a policy must say before such an address may be dialled.
  Reach reach() {
    return reach;
  }

  /// What a policy must say before an address may be dialled.
  enum Reach {
    /// Nothing beyond an entry for the name.
    OPEN,
    /// A range that contains the address, however wide: networks of one's own.
    WITHIN_ANY_RANGE,
    /// A range wholly inside the special one: nobody opens these by writing 0.0.0.0/0.
    SPELLED_OUT
  }
}
