package dev.sallyport.rules;

/// What a profile says of a host that no entry names (`unknown:`).
public enum UnknownHosts {
  DENY,
  ASK
}
