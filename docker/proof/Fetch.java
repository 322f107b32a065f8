import java.net.URI;

/** Prints a page, by the JDK's oldest client and its system properties. */
class Fetch {
  public static void main(String[] args) throws Exception {
    try (var page = URI.create(args[0]).toURL().openStream()) {
      page.transferTo(System.out);
    }
  }
}
