/// What the workbench commands need beside the rules: the record of past decisions, other programs'
/// settings in JSON, and old versions of files out of git.
///
/// Everything here reads; nothing is put in force. Input is not trusted: files are read up to a
/// limit, a child process gets a time limit, and what they say is never run. Blocks; not for event
/// loops.
@NullMarked
package dev.sallyport.proxy.workbench;

import org.jspecify.annotations.NullMarked;
