package dev.sallyport.proxy.audit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// An event of a chain that somebody wrote down elsewhere: whoever cuts or rewrites the file cannot
/// change it there.
///
/// @param chain the name of the chain, where it was written down with it
/// @param head the event
public record Anchor(Optional<String> chain, ChainHead head) {
  private static final Pattern SHORT = Pattern.compile("([0-9]{1,18}):([0-9a-f]{64})");
  private static final Pattern CHAIN = Pattern.compile("\"chain\"\\s*:\\s*\"([^\"\\\\]*)\"");
  private static final Pattern SEQ = Pattern.compile("\"seq\"\\s*:\\s*([0-9]{1,18})");
  private static final Pattern HASH = Pattern.compile("\"hash\"\\s*:\\s*\"([0-9a-f]{64})\"");

  /// A file of anchors is not longer.
  private static final int MAX_OCTETS = 16 * 1024 * 1024;

  /// Reads `SEQ:HASH`, as `sallyport status` prints it.
  public static Optional<Anchor> of(String text) {
    Matcher matcher = SHORT.matcher(text.strip());
    return matcher.matches()
        ? Optional.of(anchor(Optional.empty(), matcher.group(1), matcher.group(2)))
        : Optional.empty();
  }

  /// Reads a file of anchors, one a line: `SEQ:HASH`, or what the admin listener answers to
  /// `/audit/head`.
  ///
  /// @throws IOException when it cannot be read, with a sentence when a line is no anchor or there
  ///   is none
  public static List<Anchor> read(Path file) throws IOException {
    if (Files.size(file) > MAX_OCTETS) {
      throw new IOException("the file is too long for anchors");
    }
    List<Anchor> anchors = new ArrayList<>();
    int number = 0;
    for (String line : Files.readString(file, StandardCharsets.UTF_8).lines().toList()) {
      number++;
      if (!line.isBlank()) {
        int at = number;
        anchors.add(
            of(line)
                .or(() -> json(line))
                .orElseThrow(() -> new IOException("line " + at + " is no anchor")));
      }
    }
    if (anchors.isEmpty()) {
      throw new IOException("it holds no anchor");
    }
    return anchors;
  }

  /// `SEQ:HASH`.
  public String text() {
    return head.seq() + ":" + head.hash();
  }

  /// One line, as [#read] takes it: `{"chain":"sallyport.jsonl","seq":42,"hash":"..."}`.
  public String json() {
    JsonLine line = new JsonLine();
    line.begin();
    chain.ifPresent(
        name -> {
          line.name("chain");
          line.quoted(name, EventJson.TEXT_LIMIT);
        });
    line.name("seq");
    line.digits(head.seq());
    line.name("hash");
    line.quoted(head.hash(), EventJson.TEXT_LIMIT);
    line.end();
    return StandardCharsets.UTF_8.decode(line.from(0)).toString();
  }

  private static Optional<Anchor> json(String line) {
    Matcher seq = SEQ.matcher(line);
    Matcher hash = HASH.matcher(line);
    if (!seq.find() || !hash.find()) {
      return Optional.empty();
    }
    Matcher chain = CHAIN.matcher(line);
    Optional<String> name = chain.find() ? Optional.of(chain.group(1)) : Optional.empty();
    return Optional.of(anchor(name, seq.group(1), hash.group(1)));
  }

  private static Anchor anchor(Optional<String> chain, String seq, String hash) {
    return new Anchor(chain, new ChainHead(Long.parseLong(seq), hash));
  }
}
