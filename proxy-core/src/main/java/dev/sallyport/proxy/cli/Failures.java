package dev.sallyport.proxy.cli;

import dev.sallyport.proxy.CannotStartException;
import dev.sallyport.proxy.PolicyRejectedException;
import dev.sallyport.rules.load.LoadException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.Locale;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/// Says in a sentence what went wrong with a command, and gives the exit code for it.
final class Failures implements IExecutionExceptionHandler, IParameterExceptionHandler {
  private final Surroundings surroundings;

  Failures(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /// Arguments that cannot be understood.
  @Override
  public int handleParseException(ParameterException wrong, String[] args) {
    CommandLine command = wrong.getCommandLine();
    say("sallyport: " + sentence(String.valueOf(wrong.getMessage())));
    if (wrong instanceof UnmatchedArgumentException unmatched) {
      unmatched.getSuggestions().stream()
          .limit(1)
          .forEach(near -> say("did you mean `" + near + "`?"));
    } else if (!command.getSubcommands().isEmpty()) {
      command.usage(surroundings.err(), surroundings.style().ansi());
      return ExitCode.UNUSABLE;
    }
    say("`" + command.getCommandSpec().qualifiedName() + " --help` shows how it is used");
    return ExitCode.UNUSABLE;
  }

  /// A command that failed.
  @Override
  public int handleExecutionException(
      Exception failure, CommandLine command, ParseResult parseResult) {
    return switch (failure) {
      case LoadException wrong -> {
        wrong.problems().forEach(problem -> say(problem.toString()));
        yield ExitCode.UNUSABLE;
      }
      case PolicyRejectedException rejected -> {
        rejected.problems().forEach(this::say);
        yield ExitCode.UNUSABLE;
      }
      case CannotStartException failed -> {
        say("sallyport: " + failed.getMessage());
        yield ExitCode.CANNOT_START;
      }
      case CommandFailure expected -> {
        say("sallyport: " + expected.sentence());
        yield expected.exitCode();
      }
      case FileSystemException file -> {
        say("sallyport: " + FileFailure.sentence(file));
        yield ExitCode.UNUSABLE;
      }
      case IOException io -> {
        say("sallyport: " + io.getMessage());
        yield ExitCode.UNUSABLE;
      }
      default -> {
        // The trace is for whoever turns the log up to look for it, not for the user.
        LoggerFactory.getLogger(Failures.class).debug("a command failed", failure);
        say(
            "sallyport: this failed inside the program, which is a bug; please report the command"
                + " and what it printed");
        yield ExitCode.CANNOT_START;
      }
    };
  }

  private void say(String line) {
    surroundings.err().println(line);
  }

  /// A message of the command-line library in our form: lower case at the start, backticks around
  /// input.
  private static String sentence(String message) {
    String line = message.lines().findFirst().orElse("").replace('\'', '`');
    return line.substring(0, Math.min(1, line.length())).toLowerCase(Locale.ROOT)
        + line.substring(Math.min(1, line.length()));
  }
}
