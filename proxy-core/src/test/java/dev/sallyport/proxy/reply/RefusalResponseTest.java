package dev.sallyport.proxy.reply;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.sallyport.proxy.reply.RefusalResponse.Form;
import dev.sallyport.rules.Reason;
import dev.sallyport.rules.Retry;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RefusalResponseTest {
  @ParameterizedTest
  @EnumSource(Reason.class)
  void answersEveryReason(Reason reason) {
    for (Form form : Form.values()) {
      FullHttpResponse response = RefusalResponse.of(Refusals.of(reason), form);
      try {
        check(reason, response);
      } finally {
        response.release();
      }
    }
  }

  private static void check(Reason reason, FullHttpResponse response) {
    HttpHeaders headers = response.headers();
    int status = reason.answer().status() == 0 ? 503 : reason.answer().status();
    assertEquals(status, response.status().code());
    assertEquals(
        "sallyport; error="
            + reason.answer().proxyError().orElse("proxy_internal_error")
            + "; details=\""
            + reason.code()
            + "\"",
        headers.get("Proxy-Status"));
    assertEquals(response.content().readableBytes(), headers.getInt("content-length"));
    assertEquals("no-store", headers.get("cache-control"));
    boolean later = status == 503 && reason.answer().retry() == Retry.LATER;
    assertEquals(later, headers.contains("retry-after"));
    assertEquals(status == 407, headers.contains("proxy-authenticate"));
  }

  @Test
  void asksForBasicCredentials() {
    FullHttpResponse response =
        RefusalResponse.of(Refusals.of(Reason.CREDENTIALS_MISSING), Form.JSON);
    assertEquals(
        "Basic realm=\"sallyport\", charset=\"UTF-8\"",
        response.headers().get("proxy-authenticate"));
    response.release();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          JSON |
          JSON | application/json
          JSON | Application/JSON;q=0.9
          JSON | application/problem+json
          JSON | text/html, */*;q=0.8
          JSON | application/*
          TEXT | text/html
          TEXT | text/plain, image/png
          """)
  void choosesTheFormByWhatTheClientAccepts(Form form, String accept) {
    List<String> values = accept == null ? List.of() : List.of(accept);
    assertEquals(form, Form.of(values));
  }

  @ParameterizedTest
  @CsvSource({"JSON, application/json, {", "TEXT, text/plain; charset=utf-8, Sallyport refused"})
  void saysWhatItsBodyIs(Form form, String type, String beginning) {
    FullHttpResponse response = RefusalResponse.of(Refusals.of(Reason.NOT_LISTED), form);
    assertEquals(type, response.headers().get("content-type"));
    assertTrue(response.content().toString(UTF_8).startsWith(beginning));
    response.release();
  }
}
