package dev.sallyport.rules.check;

import dev.sallyport.rules.RuleRef;
import dev.sallyport.rules.Scheme;
import java.util.Map;
import java.util.Optional;

/// For one cell of hosts: the ports and requests to which one change applies, and the rule at work.
record Finding(
    HostCells.Cell cell,
    Map<Scheme, PortSet> ports,
    RequestPart requests,
    Optional<RuleRef> rule) {}
