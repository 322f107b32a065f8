package dev.sallyport.proxy.identify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenStoreTest {
  @TempDir private Path folder = Path.of("");

  @Test
  void aStoreWithoutAFileHasNoTokens() {
    assertEquals(Optional.empty(), TokenStore.none().tokens());
    assertEquals(new TokenStore.Reload.Done(0), TokenStore.none().reload());
  }

  @Test
  void aReloadTakesWhatWasAddedAndDropsWhatWasRevoked() throws Exception {
    Path path = folder.resolve("tokens.yaml");
    TokenFile file = new TokenFile(path);
    Secret one = file.add("one", Map.of(), Instant.EPOCH).orElseThrow();
    TokenStore store = TokenStore.open(path);
    Secret two = file.add("two", Map.of(), Instant.EPOCH).orElseThrow();
    assertTrue(store.tokens().orElseThrow().proven("two", two.reveal()).isEmpty());
    assertEquals(new TokenStore.Reload.Done(2), store.reload());
    assertTrue(store.tokens().orElseThrow().proven("two", two.reveal()).isPresent());
    file.revoke("one");
    assertEquals(new TokenStore.Reload.Done(1), store.reload());
    assertTrue(store.tokens().orElseThrow().proven("one", one.reveal()).isEmpty());
  }

  @Test
  void aFileThatWentBadLeavesTheOldTokensInForce() throws Exception {
    Path path = folder.resolve("tokens.yaml");
    Secret secret = new TokenFile(path).add("one", Map.of(), Instant.EPOCH).orElseThrow();
    TokenStore store = TokenStore.open(path);
    Files.writeString(path, "tokens: x\n");
    TokenStore.Reload.Kept kept = assertInstanceOf(TokenStore.Reload.Kept.class, store.reload());
    assertTrue(kept.why().startsWith(path + ":1:9: `tokens` must be a list"), kept.why());
    Files.delete(path);
    kept = assertInstanceOf(TokenStore.Reload.Kept.class, store.reload());
    assertEquals(
        "the token file `" + path + "` does not exist; `sallyport token add` makes one",
        kept.why());
    assertTrue(store.tokens().orElseThrow().proven("one", secret.reveal()).isPresent());
  }

  @Test
  void aStoreDoesNotOpenWithoutItsFile() {
    Path missing = folder.resolve("none.yaml");
    assertEquals(
        "the token file `" + missing + "` does not exist; `sallyport token add` makes one",
        assertThrows(UnreadableTokensException.class, () -> TokenStore.open(missing)).why());
    assertEquals(
        "the token file `" + folder + "` cannot be read; look at its permissions",
        assertThrows(UnreadableTokensException.class, () -> TokenStore.open(folder)).why());
  }
}
