/// Reads policies: YAML in, a [dev.sallyport.rules.Policy] out, or every problem at once with its
/// place.
///
/// The reader underneath ([YamlFile], [Node], [Fields], [Problems]) knows nothing of policies; the
/// gate's settings are read with it too. It takes a small part of YAML: one document of mappings,
/// lists and scalars, without anchors, aliases, merge keys, tags or directives, because a reviewer
/// must see what a file means. Nothing loads in part. Nothing here keeps state between calls; one
/// load runs on one thread.
@NullMarked
package dev.sallyport.rules.load;

import org.jspecify.annotations.NullMarked;
