/// The command line: `sallyport COMMAND`.
///
/// [Main] lists the commands; each is a class of its own that returns an exit code of [ExitCode]. A
/// command takes what it needs of the process from [Surroundings], prints facts on standard output
/// and everything else on standard error, and says what went wrong in sentences; no stack trace
/// reaches a user.
@NullMarked
package dev.sallyport.proxy.cli;

import org.jspecify.annotations.NullMarked;
