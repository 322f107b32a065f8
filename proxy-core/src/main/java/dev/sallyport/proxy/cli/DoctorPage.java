package dev.sallyport.proxy.cli;

import dev.sallyport.proxy.doctor.Doctor;
import dev.sallyport.proxy.doctor.Expectation;
import dev.sallyport.proxy.doctor.Finding;
import dev.sallyport.proxy.doctor.Group;
import dev.sallyport.proxy.doctor.Probe;
import dev.sallyport.proxy.doctor.Verdict;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// What the doctor found, for a person.
final class DoctorPage {
  private static final int VERDICT_WIDTH = 6;
  private static final int NAME_WIDTH = 31;
  private static final String MARGIN = "  ";
  private static final String INDENT = " ".repeat(MARGIN.length() + VERDICT_WIDTH);

  /// Groups of many findings that say the same.
  private static final Set<Group> MERGED = Set.of(Group.THROUGH, Group.ROUND);

  private final PrintWriter out;
  private final Style style;
  private final int columns;

  /// @param columns of the terminal
  DoctorPage(PrintWriter out, Style style, int columns) {
    this.out = out;
    this.style = style;
    this.columns = columns;
  }

  void print(Doctor.Report report, Expectation expectation) {
    for (Group group : Group.values()) {
      List<Finding> findings =
          report.findings().stream().filter(each -> each.group() == group).toList();
      if (!findings.isEmpty()) {
        out.println(style.title(group.title()));
        print(group, findings);
        out.println();
      }
    }
    summary(report, expectation);
    out.flush();
  }

  private void print(Group group, List<Finding> findings) {
    if (!MERGED.contains(group)) {
      rows(findings);
      return;
    }
    List<Finding> worst =
        findings.stream()
            .sorted(Comparator.comparing(Finding::verdict).reversed().thenComparing(Finding::mend))
            .toList();
    rows(worst.stream().filter(each -> !isMerged(each)).toList());
    Map<String, List<Finding>> alike = new LinkedHashMap<>();
    worst.stream()
        .filter(DoctorPage::isMerged)
        .forEach(
            each ->
                alike
                    .computeIfAbsent(each.verdict() + each.seen(), seen -> new ArrayList<>())
                    .add(each));
    alike.values().forEach(this::together);
  }

  /// What mends several in a row is said once, behind the last.
  private void rows(List<Finding> findings) {
    for (int each = 0; each < findings.size(); each++) {
      Finding finding = findings.get(each);
      row(finding);
      boolean said =
          each + 1 < findings.size() && findings.get(each + 1).mend().equals(finding.mend());
      if (!finding.mend().isEmpty() && !said) {
        wrapped(finding.mend(), INDENT, style.faint("-> "));
      }
    }
  }

  private static boolean isMerged(Finding finding) {
    return finding.mend().isEmpty();
  }

  /// Several that say the same: what they say, and who.
  private void together(List<Finding> alike) {
    Finding first = alike.getFirst();
    if (alike.size() == 1) {
      row(first);
      return;
    }
    String names = String.join(", ", alike.stream().map(Finding::name).toList());
    lines(first.verdict(), first.seen() + ": " + names);
  }

  private void row(Finding finding) {
    String name = finding.name();
    if (longestWord(finding.seen()) > columns - INDENT.length() - NAME_WIDTH) {
      lines(finding.verdict(), name);
      wrapped(finding.seen(), INDENT, "");
    } else if (name.length() < NAME_WIDTH) {
      lines(finding.verdict(), name + " ".repeat(NAME_WIDTH - name.length()), finding.seen());
    } else {
      lines(finding.verdict(), name);
      wrapped(finding.seen(), INDENT + " ".repeat(NAME_WIDTH), "");
    }
  }

  /// A path stays whole where there is room for it.
  private static int longestWord(String text) {
    return Stream.of(text.split(" ", -1)).mapToInt(String::length).max().orElse(0);
  }

  private void lines(Verdict verdict, String text) {
    lines(verdict, "", text);
  }

  private void lines(Verdict verdict, String name, String text) {
    int indent = INDENT.length() + name.length();
    List<String> lines = Wrapped.lines(text, Math.max(1, columns - indent));
    out.println(MARGIN + marked(verdict) + name + lines.getFirst());
    lines.stream().skip(1).forEach(line -> out.println(" ".repeat(indent) + line));
  }

  private void wrapped(String text, String indent, String lead) {
    int leadWidth = lead.isEmpty() ? 0 : 3;
    List<String> lines = Wrapped.lines(text, Math.max(1, columns - indent.length() - leadWidth));
    out.println(indent + lead + lines.getFirst());
    lines.stream().skip(1).forEach(line -> out.println(indent + " ".repeat(leadWidth) + line));
  }

  private String marked(Verdict verdict) {
    String word = verdict.word();
    String marked =
        switch (verdict) {
          case FINE -> style.good(word);
          case NOTE, UNPROVEN -> style.doubtful(word);
          case SKIPPED -> style.faint(word);
          case FAILS -> style.bad(word);
        };
    return marked + " ".repeat(VERDICT_WIDTH - word.length());
  }

  private void summary(Doctor.Report report, Expectation expectation) {
    List<String> parts = new ArrayList<>();
    parts.add(count(report, Verdict.FINE) + " ok");
    add(parts, report, Verdict.NOTE, "to note");
    add(parts, report, Verdict.UNPROVEN, "not proven");
    add(parts, report, Verdict.SKIPPED, "skipped");
    parts.add(count(report, Verdict.FAILS) + " failed");
    String counts = String.join(", ", parts);
    String seconds = String.format(Locale.ROOT, "%.1f s", report.took().toMillis() / 1000.0);
    String expected =
        switch (expectation) {
          case CONFINED -> "a network without another way out";
          case VARIABLES -> "proxy variables alone";
        };
    out.println(report.isHealthy() ? style.good(counts) : style.bad(counts));
    out.println(style.faint("in " + seconds + ", expecting " + expected));
  }

  private static void add(List<String> parts, Doctor.Report report, Verdict verdict, String words) {
    long count = count(report, verdict);
    if (count > 0) {
      parts.add(count + " " + words);
    }
  }

  private static long count(Doctor.Report report, Verdict verdict) {
    return report.findings().stream().filter(each -> each.verdict() == verdict).count();
  }

  /// What would be sent.
  void list(List<Probe> probes) {
    for (Group group : Group.values()) {
      List<Probe> own = probes.stream().filter(each -> each.group() == group).toList();
      if (!own.isEmpty()) {
        out.println(style.title(group.title()));
        own.forEach(this::probe);
      }
    }
    out.flush();
  }

  private void probe(Probe probe) {
    String name = MARGIN + probe.name();
    out.println(
        name + " ".repeat(Math.max(1, MARGIN.length() + NAME_WIDTH - name.length())) + probe.to());
    wrapped(probe.what(), MARGIN + " ".repeat(NAME_WIDTH), "");
  }
}
