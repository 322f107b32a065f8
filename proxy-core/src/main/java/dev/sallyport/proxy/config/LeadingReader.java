package dev.sallyport.proxy.config;

import dev.sallyport.rules.Destination;
import dev.sallyport.rules.load.Fields;
import dev.sallyport.rules.load.Node;
import dev.sallyport.rules.load.Problem;
import java.util.Optional;

/// Reads `transparent` of a listener, and `for-port` beside it.
final class LeadingReader {
  private static final String TRANSPARENT = "transparent";
  private static final String FOR_PORT = "for-port";

  private LeadingReader() {}

  /// How connections are led to the listener; empty for a proxy, which clients go to by themselves.
  static Optional<Listen.Leading> read(Fields fields, SettingValues values) {
    Optional<Integer> port =
        fields.has(FOR_PORT) ? fields.integer(FOR_PORT, 1, Destination.MAX_PORT) : Optional.empty();
    Optional<String> how = fields.scalar(TRANSPARENT).map(Node.Scalar::text);
    if (fields.has(FOR_PORT) && !how.equals(Optional.of("redirect"))) {
      values.problem(
          fields.place(FOR_PORT),
          "`for-port` says which port redirected connections meant",
          "write `transparent: redirect` beside it, or remove it");
    }
    return how.flatMap(
        word ->
            switch (word) {
              case "redirect" ->
                  Optional.of(
                      port.<Listen.Leading>map(Listen.Leading.ForPort::new)
                          .orElse(new Listen.Leading.Redirected()));
              case "tproxy" -> Optional.of(new Listen.Leading.Unchanged());
              default -> {
                values.problem(
                    fields.place(TRANSPARENT),
                    Problem.quote(word) + " is no way in which connections come",
                    "write `redirect` (nftables `redirect` or `dnat`) or `tproxy`");
                yield Optional.empty();
              }
            });
  }
}
