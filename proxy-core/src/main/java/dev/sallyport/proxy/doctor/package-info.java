/// `sallyport doctor`: proves a set-up from the client's side, where the agent runs. It is a client
/// like any other: it dials and resolves by itself and knows nothing of a gate but what one says on
/// its own pages. Checks are grouped by what they prove ([Group]) and give findings ([Finding]);
/// what they send outside is announced as probes ([Probe]) and nothing else is sent. Every check
/// has a time; they run side by side on threads of their own ([Doctor]). What a person reads is
/// made in `cli`.
@NullMarked
package dev.sallyport.proxy.doctor;

import org.jspecify.annotations.NullMarked;
