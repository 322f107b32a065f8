package dev.sallyport.proxy.audit.export;

import dev.sallyport.proxy.audit.Amount;
import dev.sallyport.proxy.audit.Printable;
import java.time.Instant;
import java.util.List;

/// What an export says of itself.
final class BundleReadme {
  private BundleReadme() {}

  static String text(String asked, long events, Instant made, List<String> verified) {
    StringBuilder sentences = new StringBuilder();
    verified.forEach(sentence -> sentences.append("    ").append(sentence).append('\n'));
    return """
    # Sallyport audit export

    %s, made %s.
    Asked for: %s

    | file | what |
    | --- | --- |
    | `summary.txt` | where it went, what was refused, in sum |
    | `rotate.md`, `rotate.json` | the tokens, hosts and classes whose credentials to rotate, the most urgent first |
    | `events.jsonl` | the events that were asked for, as they stand in the log |
    | `policies/` | the policies that decided, as they were loaded; `index.json` says which and when |
    | `chain/` | the unbroken stretch of the log from the first of these events to the first signed checkpoint behind the last; with the public key, and what `audit verify` said of the whole log |
    | `SHA256SUMS` | of every file here, for `sha256sum -c` |

    The stretch in `chain/` holds what other sessions did in that time, too: without it nothing could be proven.
    Hand it on to those only who may know that.

    ## Verify

        sallyport audit verify --key audit-signing.pub THIS_FOLDER

    with a copy of the public key that was kept elsewhere (`sallyport audit key` prints it on the gate). Without `--key`
    the copy in `chain/` is believed. It says whether any file was changed since the export, whether the stretch is
    unbroken and signed, and whether each of the events is in it.

    When this was made, the whole log was:

    %s
    """
        .formatted(
            Amount.count(events, "event"),
            made,
            "`" + Printable.text(asked).replace('`', '\'') + "`",
            sentences.toString().stripTrailing());
  }
}
