package dev.sallyport.mitm;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// A second reading of a hello, lenient and written without looking at the first: it skips records
/// that are no handshake and collects every host name of every server_name extension, as the most
/// careless origin might.
final class ReferenceReading {
  final List<String> hostNames = new ArrayList<>();
  final List<String> protocols = new ArrayList<>();
  final List<Integer> versions = new ArrayList<>();
  boolean nameExtension;
  boolean encrypted;
  int legacyVersion;
  int octets;

  ReferenceReading(byte[] stream) throws IOException {
    DataInputStream in = in(handshake(stream));
    in.skipNBytes(4);
    legacyVersion = in.readUnsignedShort();
    in.skipNBytes(32);
    in.skipNBytes(in.readUnsignedByte());
    in.skipNBytes(in.readUnsignedShort());
    in.skipNBytes(in.readUnsignedByte());
    DataInputStream extensions = in(in.available() == 0 ? new byte[0] : block(in));
    while (extensions.available() > 0) {
      extension(extensions.readUnsignedShort(), in(block(extensions)));
    }
  }

  private byte[] handshake(byte[] stream) throws IOException {
    DataInputStream in = in(stream);
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    int needed = Integer.MAX_VALUE;
    while (message.size() < needed) {
      boolean handshake = in.readUnsignedByte() == 22;
      in.skipNBytes(2);
      byte[] content = block(in);
      if (handshake) {
        message.writeBytes(content);
      }
      if (message.size() >= 4) {
        byte[] header = message.toByteArray();
        header[0] = 0;
        needed = 4 + in(header).readInt();
      }
    }
    octets = stream.length - in.available();
    return Reading.first(message.toByteArray(), needed);
  }

  private void extension(int type, DataInputStream data) throws IOException {
    switch (type) {
      case 0 -> {
        nameExtension = true;
        DataInputStream names = in(data.available() == 0 ? new byte[0] : block(data));
        while (names.available() > 0) {
          int nameType = names.readUnsignedByte();
          String name = text(block(names));
          if (nameType == 0) {
            hostNames.add(name);
          }
        }
      }
      case 16 -> {
        DataInputStream list = in(block(data));
        while (list.available() > 0) {
          protocols.add(text(list.readNBytes(list.readUnsignedByte())));
        }
      }
      case 43 -> {
        DataInputStream list = in(data.readNBytes(data.readUnsignedByte()));
        while (list.available() > 0) {
          versions.add(list.readUnsignedShort());
        }
      }
      case 0xfe0d, 0xffce -> encrypted = true;
      default -> {}
    }
  }

  private static byte[] block(DataInputStream in) throws IOException {
    byte[] block = new byte[in.readUnsignedShort()];
    in.readFully(block);
    return block;
  }

  private static String text(byte[] octets) {
    return new String(octets, ISO_8859_1);
  }

  private static DataInputStream in(byte[] octets) {
    return new DataInputStream(new ByteArrayInputStream(octets));
  }
}
