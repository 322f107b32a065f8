package dev.sallyport.proxy.audit;

import dev.sallyport.proxy.audit.Verification.ChainResult;
import dev.sallyport.proxy.audit.Verification.Fault;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Reads chains from their first event to their last and finds the first line that was changed,
/// cut, left out, moved, doubled or broken off, or that contradicts a signature or an anchor.
/// Memory is bounded whatever the size; a gate may go on writing, and rotating, meanwhile.
public final class ChainVerifier {
  /// How often, and how long each time, the end of a line is waited for that a gate may be writing.
  private static final int PATIENCE = 10;

  private static final long PATIENCE_MILLIS = 20;

  /// How often a chain is begun, when files that were there go away before they are read: retention
  /// takes the oldest while a gate runs.
  static final int MOST_BEGINNINGS = 5;

  /// Opens a file of a chain.
  interface Opener {
    Lines open(Path file) throws IOException;
  }

  private final ChainFiles files;
  private final Opener opener;
  private final LinkCheck check;

  /// What was read, by the number of its first event: a file may be compressed, and so renamed,
  /// between two looks into the folder.
  private final SortedMap<Long, Path> read = new TreeMap<>();

  private ChainVerifier(ChainFiles files, Trusted trusted, Opener opener) {
    this.files = files;
    this.opener = opener;
    this.check = new LinkCheck(trusted);
  }

  /// The same with nothing from elsewhere.
  public static Verification verify(Path fileOrFolder) throws IOException {
    return verify(fileOrFolder, Trusted.NOTHING);
  }

  /// Verifies the chain that a file belongs to, with all its files, or every chain of a folder.
  ///
  /// @param trusted what they are held against; in a folder of several chains an anchor is for the
  ///   chain that it names
  /// @throws IOException when there is no such file or folder, or it cannot be read
  public static Verification verify(Path fileOrFolder, Trusted trusted) throws IOException {
    List<ChainFiles> chains = chains(fileOrFolder);
    List<ChainResult> results = new ArrayList<>();
    for (ChainFiles chain : chains) {
      List<VerifyingKey> keys = trusted.keys().isEmpty() ? beside(chain) : trusted.keys();
      List<Anchor> anchors =
          trusted.anchors().stream().filter(one -> isFor(one, chain, chains)).toList();
      results.add(resultOf(chain, trusted.with(keys, anchors), Lines::open));
    }
    for (Anchor anchor : trusted.anchors()) {
      if (chains.stream().noneMatch(chain -> isFor(anchor, chain, chains))) {
        results.add(ChainResult.missing(anchor));
      }
    }
    return new Verification(fileOrFolder, results);
  }

  /// @throws NoSuchFileException when files went away each time that it was begun
  static ChainResult resultOf(ChainFiles chain, Trusted trusted, Opener opener) throws IOException {
    for (int begun = 1; ; begun++) {
      try {
        return new ChainVerifier(chain, trusted, opener).result();
      } catch (NoSuchFileException gone) {
        if (begun == MOST_BEGINNINGS) {
          throw gone;
        }
      }
    }
  }

  private static List<ChainFiles> chains(Path fileOrFolder) throws IOException {
    if (Files.isDirectory(fileOrFolder)) {
      return ChainFiles.in(fileOrFolder);
    }
    if (!Files.exists(fileOrFolder)) {
      throw new NoSuchFileException(fileOrFolder.toString());
    }
    return List.of(ChainFiles.of(fileOrFolder));
  }

  private static boolean isFor(Anchor anchor, ChainFiles chain, List<ChainFiles> chains) {
    return chains.size() == 1
        || anchor.chain().equals(Optional.of(ChainFiles.name(chain.active())));
  }

  private static List<VerifyingKey> beside(ChainFiles chain) throws IOException {
    Path file = VerifyingKey.fileBeside(chain.active());
    if (!Files.exists(file)) {
      return List.of();
    }
    try {
      return List.of(VerifyingKey.read(file));
    } catch (IOException noKey) {
      // Then no signature is of a key that is known here, and that is what is said.
      return List.of();
    }
  }

  private ChainResult result() throws IOException {
    Optional<Fault> fault = all();
    if (fault.isEmpty()) {
      fault = check.problemAtBeginning().map(problem -> new Fault(first(), 1, problem));
    }
    if (fault.isEmpty()) {
      fault = check.problemAtEnd().map(problem -> new Fault(files.active(), 0, problem));
    }
    return new ChainResult(
        ChainFiles.name(files.active()),
        read.size(),
        check.from(),
        check.intactUpTo(),
        check.signedUpTo(),
        check.anchoredUpTo(),
        check.keyId(),
        fault);
  }

  private Path first() {
    return read.isEmpty() ? files.active() : read.firstEntry().getValue();
  }

  /// Finished files in their order, then the active one. The gate may finish a file between the
  /// look into the folder and the opening of the active one, so the folder is looked at again once
  /// the active one is open.
  private Optional<Fault> all() throws IOException {
    while (true) {
      Optional<Fault> fault = finished();
      if (fault.isPresent() || !Files.exists(files.active())) {
        return fault;
      }
      try (Lines active = opener.open(files.active())) {
        if (files.finished().stream()
            .allMatch(file -> read.containsKey(ChainFiles.firstSeq(file)))) {
          read.put(Long.MAX_VALUE, files.active());
          return lines(active, PATIENCE);
        }
      }
    }
  }

  private Optional<Fault> finished() throws IOException {
    for (Path file : files.finished()) {
      if (read.putIfAbsent(ChainFiles.firstSeq(file), file) == null) {
        try (Lines lines = opener.open(file)) {
          Optional<Fault> fault = lines(lines, 0);
          if (fault.isPresent()) {
            return fault;
          }
        }
      }
    }
    return Optional.empty();
  }

  private Optional<Fault> lines(Lines lines, int patience) throws IOException {
    int left = patience;
    while (true) {
      switch (lines.next()) {
        case LINE -> {
          Optional<String> problem = check.problem(lines);
          if (problem.isPresent()) {
            return Optional.of(new Fault(lines.file(), lines.number(), problem.get()));
          }
        }
        case TOO_LONG -> {
          return Optional.of(new Fault(lines.file(), lines.number(), "longer than any event"));
        }
        case DAMAGED -> {
          String problem = "the compressed file is damaged from here on";
          return Optional.of(new Fault(lines.file(), lines.number() + 1, problem));
        }
        case END -> {
          if (lines.unfinished() == 0) {
            return Optional.empty();
          }
          if (left-- == 0) {
            return Optional.of(torn(lines));
          }
          pause();
        }
      }
    }
  }

  private static Fault torn(Lines lines) {
    String problem = "the file ends in the middle of a line (" + lines.unfinished() + " octets)";
    return new Fault(lines.file(), lines.number() + 1, problem);
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(PATIENCE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }
}
