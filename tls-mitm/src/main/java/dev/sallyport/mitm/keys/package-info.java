/// Reads keys and certificates out of files that people give: PEM, DER and PKCS#12, encrypted keys
/// with a passphrase from a file. Whatever is wrong with a file is a [KeyFileException] that names
/// it; secrets are in no message.
///
/// Blocks on files, so off the event loops.
@NullMarked
package dev.sallyport.mitm.keys;

import org.jspecify.annotations.NullMarked;
