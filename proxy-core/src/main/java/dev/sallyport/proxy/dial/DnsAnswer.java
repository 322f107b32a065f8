package dev.sallyport.proxy.dial;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.dns.DefaultDnsRecordDecoder;
import io.netty.handler.codec.dns.DnsRawRecord;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponse;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.codec.dns.DnsSection;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What one message of a DNS server says to one question. Only records of the name that was asked
/// for, and of those that its aliases lead to, count; where to ask instead (a referral) is never
/// followed, because it could name any address as a server.
sealed interface DnsAnswer {
  /// Aliases that are followed, in one message or over several.
  int MAX_ALIASES = 8;

  /// Addresses that are taken from one message.
  int MAX_ADDRESSES = 32;

  /// @param ttl the shortest on the way
  record Addresses(List<InetAddress> addresses, Duration ttl) implements DnsAnswer {}

  /// The name is an alias, and the message does not say of what address.
  ///
  /// @param name in lower case, with the trailing dot
  /// @param aliases how many led there
  record Alias(String name, int aliases, Duration ttl) implements DnsAnswer {}

  /// There is no such name, or no such address.
  record None() implements DnsAnswer {}

  /// This server does not know.
  record Unusable() implements DnsAnswer {}

  /// Reads a message. The caller keeps its reference.
  ///
  /// @param name what was asked for, in lower case, with the trailing dot
  static DnsAnswer read(DnsResponse response, String name, Family family) {
    DnsResponseCode code = response.code();
    if (code.equals(DnsResponseCode.NXDOMAIN)) {
      return new None();
    }
    if (!code.equals(DnsResponseCode.NOERROR)) {
      return new Unusable();
    }
    String owner = name;
    long ttl = Long.MAX_VALUE;
    for (int aliases = 0; aliases <= MAX_ALIASES; aliases++) {
      Optional<DnsRecord> alias = alias(response, owner);
      if (alias.isEmpty()) {
        return addresses(response, owner, family, ttl, aliases);
      }
      ttl = Math.min(ttl, alias.get().timeToLive());
      Optional<String> target = target(alias.get());
      if (target.isEmpty()) {
        return new Unusable();
      }
      owner = target.get();
    }
    return new Unusable();
  }

  private static DnsAnswer addresses(
      DnsResponse response, String owner, Family family, long aliasTtl, int aliases) {
    List<InetAddress> addresses = new ArrayList<>();
    long ttl = aliasTtl;
    for (int i = 0; i < response.count(DnsSection.ANSWER); i++) {
      DnsRecord record = response.recordAt(DnsSection.ANSWER, i);
      Optional<InetAddress> address =
          isOf(record, owner, family.record()) ? address(record, family) : Optional.empty();
      if (address.isPresent() && addresses.size() < MAX_ADDRESSES) {
        addresses.add(address.get());
        ttl = Math.min(ttl, record.timeToLive());
      }
    }
    if (!addresses.isEmpty()) {
      return new Addresses(addresses, Duration.ofSeconds(ttl));
    }
    return aliases == 0 ? new None() : new Alias(owner, aliases, Duration.ofSeconds(ttl));
  }

  private static Optional<DnsRecord> alias(DnsResponse response, String owner) {
    for (int i = 0; i < response.count(DnsSection.ANSWER); i++) {
      DnsRecord record = response.recordAt(DnsSection.ANSWER, i);
      if (isOf(record, owner, DnsRecordType.CNAME)) {
        return Optional.of(record);
      }
    }
    return Optional.empty();
  }

  private static boolean isOf(DnsRecord record, String owner, DnsRecordType type) {
    return record.type().equals(type)
        && record.dnsClass() == DnsRecord.CLASS_IN
        && record.name().equalsIgnoreCase(owner);
  }

  private static Optional<String> target(DnsRecord alias) {
    if (!(alias instanceof DnsRawRecord raw)) {
      return Optional.empty();
    }
    try {
      ByteBuf name = raw.content().duplicate();
      return Optional.of(DefaultDnsRecordDecoder.decodeName(name).toLowerCase(Locale.ROOT));
    } catch (RuntimeException garbage) {
      return Optional.empty();
    }
  }

  private static Optional<InetAddress> address(DnsRecord record, Family family) {
    if (!(record instanceof DnsRawRecord raw) || raw.content().readableBytes() != family.octets()) {
      return Optional.empty();
    }
    byte[] octets = new byte[family.octets()];
    raw.content().getBytes(raw.content().readerIndex(), octets);
    try {
      return Optional.of(InetAddress.getByAddress(octets));
    } catch (UnknownHostException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
