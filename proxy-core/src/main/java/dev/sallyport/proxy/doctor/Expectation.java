package dev.sallyport.proxy.doctor;

/// What keeps the client to the gate.
public enum Expectation {
  /// A network without another way out: every way round the gate must be closed.
  CONFINED,
  /// Proxy variables alone: programs that ignore them go past the gate by nature.
  VARIABLES
}
