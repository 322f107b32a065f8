package dev.sallyport.proxy.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.sallyport.proxy.wire.StreamHead.Follows;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerHeadTest {
  /// Fields as `name=value`, with `|` between them.
  private static AnswerHead.Result read(String fields, Follows follows) {
    List<Map.Entry<String, String>> all = new ArrayList<>();
    for (String field : fields.split("\\|", -1)) {
      int equals = field.indexOf('=');
      all.add(Map.entry(field.substring(0, equals), field.substring(equals + 1)));
    }
    return AnswerHead.read(all.iterator(), follows, false);
  }

  private static AnswerHead.Read answer(String fields, Follows follows) {
    return assertInstanceOf(AnswerHead.Read.class, read(fields, follows));
  }

  @Test
  void becomesAnAnswerOfHttp1() {
    AnswerHead.Read read = answer(":status=200|content-length=5|x=1", Follows.BODY);
    assertEquals(200, read.response().status().code());
    assertEquals("1", read.response().headers().get("x"));
    assertEquals(5, read.length());
    assertNull(read.response().headers().get("transfer-encoding"));
  }

  @Test
  void aBodyOfUnknownLengthIsChunkedAndNoneIsNot() {
    AnswerHead.Read body = answer(":status=200", Follows.BODY);
    assertEquals("chunked", body.response().headers().get("transfer-encoding"));
    AnswerHead.Read none = answer(":status=204", Follows.NOTHING);
    assertNull(none.response().headers().get("transfer-encoding"));
  }

  @Test
  void theLengthInAnAnswerToHeadIsThatOfNoBody() {
    var fields = Map.of(":status", "200", "content-length", "9").entrySet().iterator();
    AnswerHead.Result result = AnswerHead.read(fields, Follows.NOTHING, true);
    AnswerHead.Read read = assertInstanceOf(AnswerHead.Read.class, result);
    assertEquals(0, read.length());
    assertEquals("9", read.response().headers().get("content-length"));
  }

  @Test
  void interimAnswersAreToldApart() {
    assertInstanceOf(AnswerHead.Interim.class, read(":status=103|link=x", Follows.BODY));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x=1",
        ":status=",
        ":status=20",
        ":status=2000",
        ":status=099",
        ":status=600",
        ":status=+20",
        ":status=101",
        ":status=200|:status=200",
        ":status=200|:path=/",
        ":status=200|X=1",
        ":status=200|x=a\r\nb: c",
        ":status=200|connection=close",
        ":status=200|transfer-encoding=chunked",
        ":status=200|content-length=5",
        ":status=200|content-length=5|content-length=5",
        ":status=200|content-length=-1",
        ":status=103"
      })
  void refuses(String fields) {
    assertInstanceOf(AnswerHead.Wrong.class, read(fields, Follows.NOTHING));
  }
}
