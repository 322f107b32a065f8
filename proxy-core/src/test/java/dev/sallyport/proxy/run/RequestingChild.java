package dev.sallyport.proxy.run;

import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/// A program that a test runs as the child: it asks for a URL the way that JVMs do, prints status
/// and body, and knows of a proxy only what its environment tells the JVM.
public final class RequestingChild {
  private static final int PATIENCE_MILLIS = 20_000;

  private RequestingChild() {}

  /// @param args URLs
  public static void main(String[] args) throws Exception {
    for (String url : args) {
      HttpURLConnection connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
      connection.setConnectTimeout(PATIENCE_MILLIS);
      connection.setReadTimeout(PATIENCE_MILLIS);
      int status = connection.getResponseCode();
      try (InputStream body =
          status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
        System.out.println(status + " " + new String(body.readAllBytes(), StandardCharsets.UTF_8));
      }
    }
  }
}
