package dev.sallyport.proxy.audit.export;

import dev.sallyport.proxy.audit.EventField;
import dev.sallyport.proxy.audit.PolicyShelf;
import dev.sallyport.proxy.audit.RecordedEvent;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/// Which policies decided, when they were loaded, and their text. For one thread.
final class PoliciesInForce {
  /// Versions and loadings that are remembered.
  private static final int LIMIT = 1000;

  private final Set<String> used = new LinkedHashSet<>();
  private final Map<String, List<RecordedEvent>> loaded = new LinkedHashMap<>();
  private int loadings;

  /// Any event of the log.
  void look(RecordedEvent event) {
    if (event.kind().equals("policy.loaded") && loadings < LIMIT) {
      loadings++;
      String version = event.text(EventField.POLICY_VERSION).orElse("");
      loaded.computeIfAbsent(version, _ -> new ArrayList<>()).add(event);
    }
  }

  /// An event that is exported.
  void use(RecordedEvent event) {
    if (used.size() < LIMIT) {
      event.text(EventField.POLICY_VERSION).ifPresent(used::add);
    }
  }

  /// Copies their texts and writes which is which. A copy counts only when a `policy.loaded` event
  /// names its hash.
  void copy(Path log, Bundle bundle, Function<Object, String> json) throws IOException {
    PolicyShelf shelf = PolicyShelf.beside(log);
    List<Map<String, Object>> rows = new ArrayList<>();
    for (String version : used) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("version", version);
      List<String> copies = new ArrayList<>();
      List<Map<String, Object>> loadings = new ArrayList<>();
      Set<String> hashes = new LinkedHashSet<>();
      for (RecordedEvent event : loaded.getOrDefault(version, List.of())) {
        row.put("name", event.text(EventField.POLICY_NAME).orElse(""));
        event.text(PolicyShelf.HASH_FIELD).ifPresent(hashes::add);
        loadings.add(loading(event));
      }
      for (Path copy : shelf.copies(version)) {
        if (hashes.contains(Bundle.sum(copy))) {
          bundle.copy(copy, Bundle.POLICIES + "/" + copy.getFileName());
          copies.add(String.valueOf(copy.getFileName()));
        }
      }
      row.put("loaded", loadings);
      row.put("copies", copies);
      if (copies.isEmpty()) {
        row.put("missing", "no copy beside the log has the hash that the record names");
      }
      rows.add(row);
    }
    bundle.write(Bundle.POLICIES + "/index.json", json.apply(rows) + "\n");
  }

  private static Map<String, Object> loading(RecordedEvent event) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("time", event.text(EventField.TIME).orElse(""));
    row.put("event", event.seq());
    row.put("source", event.text("sallyport.policy.source").orElse(""));
    row.put("sha256", event.text(PolicyShelf.HASH_FIELD).orElse(""));
    return row;
  }
}
