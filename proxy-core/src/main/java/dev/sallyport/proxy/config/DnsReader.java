package dev.sallyport.proxy.config;

import dev.sallyport.rules.Destination;
import dev.sallyport.rules.load.Fields;
import dev.sallyport.rules.load.Node;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads `dns`.
final class DnsReader {
  static final int DEFAULT_PORT = 53;

  private static final String DNS = "dns";
  private static final String ANSWER = "answer";

  private final SettingValues values;

  DnsReader(SettingValues values) {
    this.values = values;
  }

  Optional<Settings.Dns> dns(Fields root) {
    if (!root.has(DNS)) {
      return Optional.empty();
    }
    Fields dns = values.section(root, DNS);
    Settings.Dns read =
        new Settings.Dns(
            dns.scalar("address").flatMap(values::address).orElse(ListenReader.LOOPBACK),
            dns.integer("port", 0, Destination.MAX_PORT).orElse(DEFAULT_PORT),
            answers(dns));
    if (read.address().isAnyLocalAddress()) {
      values.problem(
          dns.place("address"),
          "`dns` listens on one address, since an answer has to come from the one that was asked",
          "write `127.0.0.1`, or the address that your network asks");
    }
    dns.finish();
    return Optional.of(read);
  }

  private List<InetAddress> answers(Fields dns) {
    List<InetAddress> answers = new ArrayList<>();
    for (Node node : dns.oneOrMore(ANSWER)) {
      dns.asText(ANSWER, node).flatMap(values::address).ifPresent(answers::add);
    }
    long families = answers.stream().map(InetAddress::getClass).distinct().count();
    if (answers.isEmpty() || families < answers.size()) {
      values.problem(
          dns.has(ANSWER) ? dns.place(ANSWER) : dns.place(),
          "`answer` is the address that every name stands for, one of IPv4, one of IPv6 or both",
          "write `answer: 198.18.0.1`, or what your network leads to a transparent listener");
    }
    return answers;
  }
}
