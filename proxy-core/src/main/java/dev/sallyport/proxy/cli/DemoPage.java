package dev.sallyport.proxy.cli;

import dev.sallyport.proxy.audit.EventLine;
import dev.sallyport.proxy.audit.Paint;
import dev.sallyport.proxy.audit.RecordedEvent;
import dev.sallyport.proxy.demo.DemoListener;
import dev.sallyport.proxy.demo.Step;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;

/// The demo on a terminal of 100 columns.
final class DemoPage implements DemoListener {
  private static final int REQUEST_WIDTH = 50;

  /// What the time of an event begins with.
  private static final String DATE = "2026-11-21T";

  /// How a line of the summary begins that tells of refusals.
  private static final String REFUSED = "  refused ";

  private final PrintWriter out;
  private final Style style;
  private String folder = "";
  private boolean inParts;

  DemoPage(PrintWriter out, Style style) {
    this.out = out;
    this.style = style;
  }

  @Override
  public void opened(String gate, String policy, Path files) {
    folder = files.toString();
    out.println(
        "A real gate, a few small origins and a client of its own; nothing leaves this machine.");
    out.println();
    out.println("gate     " + gate);
    out.println("policy   " + policy);
  }

  @Override
  public void section(String title) {
    out.println();
    out.println(style.title(title));
  }

  @Override
  public void part(String text) {
    out.print((inParts ? " | " : "    the answer comes in  ") + text);
    out.flush();
    inParts = true;
  }

  @Override
  public void step(Step step) {
    if (inParts) {
      out.println();
      inParts = false;
    }
    String request = "  " + padded(step.request());
    String remark = shortened(step.remark());
    switch (step.kind()) {
      case ALLOWED, PROOF ->
          out.println(request + style.good(step.seen()) + "  " + style.faint(remark));
      case REFUSED -> {
        out.println(request + style.doubtful(step.seen()));
        Wrapped.lines(remark, Wrapped.COLUMNS - 4).forEach(line -> out.println("    " + line));
      }
    }
    if (!step.holds()) {
      out.println(
          "    " + style.bad("not as it should be: `" + step.expected() + "` was expected"));
    }
  }

  private static String padded(String request) {
    return request + " ".repeat(Math.max(1, REQUEST_WIDTH - request.length()));
  }

  @Override
  public void summary(List<String> lines) {
    for (String line : lines) {
      // Why something was refused has been said above.
      int why = line.startsWith(REFUSED) ? line.indexOf(": ") : -1;
      out.println("  " + (why < 0 ? line : line.substring(0, why)));
    }
  }

  @Override
  public void events(List<RecordedEvent> events) {
    Paint paint = style == Style.COLOURED ? Paint.ANSI : Paint.PLAIN;
    for (RecordedEvent event : events) {
      // The day is today's.
      out.println("  " + shortened(EventLine.of(event, paint).substring(DATE.length())));
    }
  }

  /// The last words.
  void end(List<Step> steps, Kept files) {
    long right = steps.stream().filter(Step::holds).count();
    String count = right + " of " + steps.size() + " as they should be";
    out.println();
    out.println(right == steps.size() ? style.good(count) : style.bad(count));
    out.println(
        switch (files) {
          case YES -> "files    " + folder + ": policy, settings and audit";
          case NO -> "files    removed; --keep leaves policy, settings and audit to look at";
        });
    out.println(
        "next     ./sallyport run -- COMMAND   the same for a command of yours and the real"
            + " network");
    out.flush();
  }

  /// Whether the demo's files stay.
  enum Kept {
    YES,
    NO
  }

  /// Without the demo's own folder, which says nothing.
  private String shortened(String text) {
    return text.replace(folder + "/", "");
  }
}
