package dev.sallyport.rules.load;

import dev.sallyport.rules.Host;
import java.util.Set;

/// Names under which strangers register names of their own, so that everything below one is
/// nobody's in particular.
///
/// A name of one label always is one. The rest is a short selection of the public suffix list:
/// registries of countries, and hosting services that hand out names to anybody.
final class PublicSuffixes {
  private static final Set<String> KNOWN =
      Set.of(
          // Registries.
          "ac.jp",
          "ac.uk",
          "co.id",
          "co.il",
          "co.in",
          "co.jp",
          "co.kr",
          "co.nz",
          "co.th",
          "co.uk",
          "co.za",
          "com.ar",
          "com.au",
          "com.br",
          "com.cn",
          "com.co",
          "com.hk",
          "com.mx",
          "com.my",
          "com.pl",
          "com.sg",
          "com.tr",
          "com.tw",
          "com.ua",
          "com.vn",
          "edu.au",
          "gov.uk",
          "ltd.uk",
          "me.uk",
          "ne.jp",
          "net.au",
          "net.br",
          "net.cn",
          "net.nz",
          "or.jp",
          "or.kr",
          "org.au",
          "org.br",
          "org.cn",
          "org.nz",
          "org.uk",
          "plc.uk",
          // Pages, applications, storage and tunnels for anybody.
          "amplifyapp.com",
          "appspot.com",
          "azurestaticapps.net",
          "azurewebsites.net",
          "blogspot.com",
          "cloudapp.net",
          "cloudfront.net",
          "ddns.net",
          "deno.dev",
          "duckdns.org",
          "dyndns.org",
          "elasticbeanstalk.com",
          "firebaseapp.com",
          "fly.dev",
          "github.io",
          "githubusercontent.com",
          "gitlab.io",
          "glitch.me",
          "herokuapp.com",
          "netlify.app",
          "ngrok-free.app",
          "ngrok.app",
          "ngrok.io",
          "nip.io",
          "onrender.com",
          "pages.dev",
          "r2.dev",
          "readthedocs.io",
          "repl.co",
          "replit.app",
          "run.app",
          "s3.amazonaws.com",
          "sslip.io",
          "surge.sh",
          "trycloudflare.com",
          "vercel.app",
          "web.app",
          "workers.dev");

  private PublicSuffixes() {}

  /// Whether the name itself is one; names below one are not.
  static boolean isOne(Host.Name name) {
    return name.labels().size() == 1 || KNOWN.contains(name.text());
  }
}
