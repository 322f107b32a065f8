package dev.sallyport.proxy.socks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.sallyport.rules.Reason;
import io.netty.buffer.ByteBufUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SocksReplyTest {
  @ParameterizedTest
  @CsvSource({
    "not-listed, 2",
    "denied-by-rule, 2",
    "ask-pending, 2",
    "address-not-allowed, 2",
    "credentials-missing, 2",
    "credentials-wrong, 2",
    "origin-unresolved, 4",
    "origin-unreachable, 4",
    "origin-timeout, 4",
    "malformed, 1",
    "parent-refused, 1",
    "limit-exceeded, 1",
    "audit-unavailable, 1",
    "loop, 1",
  })
  void saysReasonsInItsFewWords(String reason, int code) {
    assertEquals(code, SocksReply.of(Reason.ofCode(reason).orElseThrow()).code());
  }

  @ParameterizedTest
  @EnumSource(Reason.class)
  void neverTakesARefusalForSuccess(Reason reason) {
    assertNotEquals(SocksReply.SUCCEEDED, SocksReply.of(reason));
  }

  @Test
  void isTheFormOfTheRfc() {
    assertEquals("05020001000000000000", ByteBufUtil.hexDump(SocksReply.NOT_ALLOWED.octets()));
    assertEquals("05ff", ByteBufUtil.hexDump(SocksReply.Method.NONE_ACCEPTABLE.octets()));
    assertEquals("0100", ByteBufUtil.hexDump(SocksReply.Status.RIGHT.octets()));
    assertEquals("005b000000000000", ByteBufUtil.hexDump(SocksReply.rejectedVersion4()));
  }
}
