package dev.sallyport.proxy.admin;

/// Something that the control socket can make the gate do.
@FunctionalInterface
public interface ControlCommand {
  /// Does it. Runs on a virtual thread of the connection and may block, but must come to an end by
  /// itself within [ControlClient#ANSWER_TIME]; several may run at once.
  ControlReply run(ControlRequest request);
}
