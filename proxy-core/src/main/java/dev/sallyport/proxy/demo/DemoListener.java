package dev.sallyport.proxy.demo;

import dev.sallyport.proxy.audit.RecordedEvent;
import java.nio.file.Path;
import java.util.List;

/// Hears what happens in the demo, in order, on the thread that runs it.
public interface DemoListener {
  /// The gate is open.
  ///
  /// @param gate its URL
  /// @param policy name and version
  /// @param folder what it reads and writes
  void opened(String gate, String policy, Path folder);

  /// A new part of the script begins.
  void section(String title);

  /// A piece of the model's answer has arrived.
  void part(String text);

  /// Something was tried.
  void step(Step step);

  /// The session is over and this is where it went, line by line.
  void summary(List<String> lines);

  /// Some of the events that were written.
  void events(List<RecordedEvent> events);
}
