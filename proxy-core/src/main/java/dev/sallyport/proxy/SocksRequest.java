package dev.sallyport.proxy;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/// What a SOCKS client asks for, as the CONNECT that asks for the same: one parser of destinations
/// and one of credentials read both.
final class SocksRequest {
  private SocksRequest() {}

  /// The head of the CONNECT. Its target is as the client wrote it.
  static HttpRequest connect(String authority, List<String> proxyAuthorization) {
    HttpHeaders fields = new DefaultHttpHeaders();
    fields.set(HttpHeaderNames.PROXY_AUTHORIZATION, proxyAuthorization);
    // Not checked here: the parser of targets does, and has words for what it finds.
    return new DefaultHttpRequest(
        HttpVersion.HTTP_1_1, HttpMethod.CONNECT, authority, fields, false);
  }

  /// User name and password as the value of `Proxy-Authorization` (RFC 7617).
  ///
  /// @param user each octet as one character, as the password has it too
  static String basic(String user, String password) {
    byte[] pair = (user + ":" + password).getBytes(StandardCharsets.ISO_8859_1);
    return "Basic " + Base64.getEncoder().encodeToString(pair);
  }
}
