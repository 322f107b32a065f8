package dev.sallyport.proxy.cli;

import dev.sallyport.proxy.run.CannotRunException;
import dev.sallyport.proxy.run.CentralGate;
import dev.sallyport.proxy.run.ChildCommand;
import dev.sallyport.proxy.run.ChildEnvironment;
import dev.sallyport.proxy.run.ChildTrust;
import dev.sallyport.proxy.run.GateGreeting;
import dev.sallyport.proxy.run.GateRelay;
import dev.sallyport.proxy.trust.NamedRoots;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// A command whose way out is a gate somewhere else: that gate decides and keeps the record, and
/// nothing of either happens here.
///
/// @param environment what the command would get without a gate
/// @param say takes a sentence for the person
record GatedRun(CentralGate gate, Map<String, String> environment, Consumer<String> say) {
  /// What came of it.
  ///
  /// @param summary lines, the first without an indent
  record Outcome(int exitCode, List<String> summary) {}

  /// Asks the gate who we are to it, runs the command, and sums up.
  ///
  /// @throws CommandFailure when the gate cannot be reached or does not take us; nothing is started
  Outcome run(ChildCommand child) throws CommandFailure, CannotRunException {
    GateGreeting greeting = greeting();
    try (GateRelay relay = GateRelay.start(gate);
        ChildTrust trust =
            ChildTrust.of(greeting.rootPem(), NamedRoots.of(environment), environment)) {
      say.accept(
          "the gate "
              + gate.shown()
              + " knows you as "
              + greeting.known()
              + "; it decides by policy "
              + greeting.policy()
              + " and keeps the record");
      trust.notes().forEach(say);
      int exitCode =
          child.start(trust.in(ChildEnvironment.of(environment, relay.address()))).await();
      return new Outcome(exitCode, new ArrayList<>(relay.traffic().lines(gate.shown())));
    } catch (IOException noPort) {
      throw CommandFailure.cannotStart("no port of this machine is free to listen on");
    }
  }

  private GateGreeting greeting() throws CommandFailure {
    try {
      return GateGreeting.of(gate);
    } catch (CentralGate.UnusableException unusable) {
      throw CommandFailure.cannotStart(unusable.sentence());
    }
  }
}
