/// What one does with a policy without a gate: run its tests, explain a decision, warn of what
/// deserves a second look.
///
/// Everything here asks [dev.sallyport.rules.Policy] itself for the decision, so that what is
/// explained is what happens. It walks whole policies and is for people and pipelines, not for the
/// way of a connection. No state, any thread.
@NullMarked
package dev.sallyport.rules.check;

import org.jspecify.annotations.NullMarked;
