package dev.sallyport.proxy.isolate;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the gate tells the process within the namespace to become, and what to hide before. Texts
/// are octets as the system takes them.
///
/// @param program the file to execute
/// @param arguments with the name of the command first
/// @param environment `NAME=VALUE`
/// @param masked files that nothing can be said to
/// @param emptied folders that are empty
/// @param frozen folders that cannot be written
/// @param covered pairs: a file, and what stands there instead
@SuppressWarnings("ArrayRecordComponent") // octets on their way; nobody compares them
record Orders(
    byte[] program,
    List<byte[]> arguments,
    List<byte[]> environment,
    List<byte[]> masked,
    List<byte[]> emptied,
    List<byte[]> frozen,
    List<byte[]> covered) {
  /// Octets at most; the kernel's own bound for arguments and environment is 2 MiB by default.
  static final int MOST = 16 * 1024 * 1024;

  /// What the kernel and the JDK take for text, as with any other child.
  private static final Charset SYSTEM =
      Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));

  /// A command.
  static Orders of(Path program, List<String> words, Map<String, String> environment) {
    return new Orders(
        octets(program.toString()),
        words.stream().map(Orders::octets).toList(),
        environment.entrySet().stream()
            .map(variable -> octets(variable.getKey() + "=" + variable.getValue()))
            .toList(),
        List.of(),
        List.of(),
        List.of(),
        List.of());
  }

  /// The same with things hidden.
  ///
  /// @param resolverFile what stands in place of the system's; empty where it has none
  Orders hiding(
      List<Path> sockets,
      List<Path> folders,
      List<Path> readOnly,
      Path resolvers,
      Optional<Path> resolverFile) {
    return new Orders(
        program,
        arguments,
        environment,
        paths(sockets),
        paths(folders),
        paths(readOnly),
        resolverFile.map(file -> paths(List.of(file, resolvers))).orElse(List.of()));
  }

  private static List<byte[]> paths(List<Path> paths) {
    return paths.stream().map(path -> octets(path.toString())).toList();
  }

  private static byte[] octets(String text) {
    return text.getBytes(SYSTEM);
  }

  private List<List<byte[]>> parts() {
    return List.of(List.of(program), arguments, environment, masked, emptied, frozen, covered);
  }

  /// For the way; read again by [#read].
  byte[] octets() {
    int size = parts().stream().mapToInt(Orders::size).sum();
    ByteBuffer written = ByteBuffer.allocate(size);
    for (List<byte[]> part : parts()) {
      written.putInt(part.size());
      part.forEach(text -> written.putInt(text.length).put(text));
    }
    return written.array();
  }

  private static int size(List<byte[]> part) {
    return Integer.BYTES + part.stream().mapToInt(text -> Integer.BYTES + text.length).sum();
  }

  /// Reads what [#octets] wrote.
  ///
  /// @throws IllegalArgumentException when it is something else
  static Orders read(byte[] octets) {
    try {
      ByteBuffer from = ByteBuffer.wrap(octets);
      return new Orders(
          texts(from).getFirst(),
          texts(from),
          texts(from),
          texts(from),
          texts(from),
          texts(from),
          texts(from));
    } catch (BufferUnderflowException | java.util.NoSuchElementException cut) {
      throw new IllegalArgumentException("the orders are cut short", cut);
    }
  }

  private static List<byte[]> texts(ByteBuffer from) {
    int count = from.getInt();
    List<byte[]> texts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int length = from.getInt();
      if (length < 0 || length > from.remaining()) {
        throw new BufferUnderflowException();
      }
      byte[] text = new byte[length];
      from.get(text);
      texts.add(text);
    }
    return texts;
  }
}
