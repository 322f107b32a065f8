package dev.sallyport.proxy.audit;

import java.nio.charset.StandardCharsets;

/// The fields of an event, in the order in which they stand on a line. Names are those of
/// OpenTelemetry's semantic conventions where one exists; ours are under `sallyport.`.
///
/// Labels, claims and the details of administrative events carry names of their own; their places
/// in the order are [#LABELS], [#CLAIMED] and [#DETAILS].
public enum EventField {
  TIME("time"),
  SEQ("sallyport.seq"),
  EVENT_ID("sallyport.event.id"),
  BREAK_GLASS("sallyport.break_glass"),
  OWN_SESSION("sallyport.session.id"),
  EVENT("sallyport.event"),
  CONNECTION_ID("sallyport.connection.id"),
  REQUEST_ID("sallyport.request.id"),
  CLIENT_ADDRESS("client.address"),
  CLIENT_PORT("client.port"),
  USER_NAME("user.name"),
  IDENTITY_METHOD("sallyport.identity.method"),
  LABELS("sallyport.labels."),
  CLAIMED("sallyport.claimed."),
  SESSION("session.id"),
  JOINED("sallyport.session.joined"),
  PROMPT("prompt.id"),
  CLIENT_REQUEST("client_request_id"),
  SERVER_ADDRESS("server.address"),
  SERVER_PORT("server.port"),
  PEER_ADDRESS("network.peer.address"),
  PEER_PORT("network.peer.port"),
  SERVER_NAME("tls.client.server_name"),
  NEXT_PROTOCOL("tls.next_protocol"),
  ENCRYPTED_HELLO("sallyport.tls.encrypted_hello"),
  SCHEME("url.scheme"),
  ENTRANCE("sallyport.entrance"),
  LISTENER("sallyport.listener"),
  METHOD("http.request.method"),
  PATH("url.path"),
  QUERY_LENGTH("url.query.length"),
  UPGRADE("sallyport.upgrade"),
  STATUS("http.response.status_code"),
  USER_AGENT("user_agent.original"),
  CLASS("sallyport.class"),
  PROFILE("sallyport.profile"),
  DECISION("sallyport.decision"),
  REASON("sallyport.reason"),
  RULE("sallyport.rule"),
  RULE_SOURCE("sallyport.rule.source"),
  MODE("sallyport.mode"),
  WOULD("sallyport.would"),
  WOULD_REASON("sallyport.would.reason"),
  POLICY_NAME("sallyport.policy.name"),
  POLICY_VERSION("sallyport.policy.version"),
  TREATMENT("sallyport.treatment"),
  ROUTE("sallyport.route"),
  BYTES_SENT("sallyport.bytes.sent"),
  BYTES_RECEIVED("sallyport.bytes.received"),
  DURATION("sallyport.duration_ms"),
  END("sallyport.end"),
  END_SIDE("sallyport.end.side"),
  DETAILS("sallyport."),
  KEY("sallyport.key.id"),
  SIGNATURE("sallyport.signature"),
  PREV("sallyport.prev"),
  HASH("sallyport.hash");

  private final String text;
  private final byte[] key;

  EventField(String text) {
    this.text = text;
    this.key = ("\"" + text + "\":").getBytes(StandardCharsets.US_ASCII);
  }

  /// The name on the line; for [#LABELS], [#CLAIMED] and [#DETAILS] what the names begin with.
  public String text() {
    return text;
  }

  /// The name in quotes with its colon, ready to be copied; shared, not to be changed.
  byte[] key() {
    return key;
  }
}
