package dev.sallyport.proxy.doctor;

/// What interpreters are given to ask the gate as their own libraries do. Each prints `status N`
/// when an answer came within TLS, and else what its library says.
final class ToolScripts {
  private static final String SECONDS = "8";

  /// Node's own TLS, within a tunnel that is asked for by hand: only Node 22.21, 24 and later read
  /// proxy variables themselves.
  static final String NODE =
      """
      const tls = require('tls'), http = require('http');
      const name = process.env.https_proxy || process.env.HTTPS_PROXY;
      const say = text => { console.log(text); process.exit(); };
      if (!name) say('no-proxy');
      const [major, minor] = process.versions.node.split('.').map(Number);
      const own = major >= 24 || major === 22 && minor >= 21;
      setTimeout(() => say('too long'), 8000);
      const failed = e => say(((e.cause || e).code || '') + ' ' + (e.cause || e).message);
      if (own) {
        fetch('https://sallyport.internal/').then(r => say('status ' + r.status), failed);
      } else {
        const gate = new URL(name.includes('://') ? name : 'http://' + name), headers = {};
        if (gate.username) headers['Proxy-Authorization'] = 'Basic ' + Buffer.from(
          decodeURIComponent(gate.username) + ':' + decodeURIComponent(gate.password)).toString('base64');
        const host = gate.hostname.replace(/^\\[|\\]$/g, '');
        const connect = http.request({ host, port: gate.port || 80, method: 'CONNECT',
          path: 'sallyport.internal:443', headers });
        connect.on('error', e => say('gate ' + e.code));
        connect.on('connect', (answer, socket) => {
          if (answer.statusCode !== 200) say('connect ' + answer.statusCode);
          const inside = tls.connect({ socket, servername: 'sallyport.internal' }, () => inside.write(
            'HEAD / HTTP/1.1\\r\\nHost: sallyport.internal\\r\\nConnection: close\\r\\n\\r\\n'));
          inside.on('data', head => say('status ' + String(head).split(' ')[1]));
          inside.on('error', failed);
        });
        connect.end();
      }
      """;

  static final String PYTHON =
      """
      import urllib.request, urllib.error
      try: print('status', urllib.request.urlopen('https://sallyport.internal/', timeout=SECONDS).status)
      except urllib.error.HTTPError as e: print('status', e.code)
      except Exception as e: print(e)
      """
          .replace("SECONDS", SECONDS);

  static final String REQUESTS =
      """
      import requests
      try: print('status', requests.get('https://sallyport.internal/', timeout=SECONDS).status_code)
      except Exception as e: print(e)
      """
          .replace("SECONDS", SECONDS);

  /// For `java FILE`, which a JDK of 11 or later compiles by itself.
  static final String JAVA =
      """
      class SallyportDoctor {
        public static void main(String[] urls) throws Exception {
          try {
            java.net.HttpURLConnection asked =
                (java.net.HttpURLConnection) new java.net.URL(urls[0]).openConnection();
            asked.setConnectTimeout(8000);
            asked.setReadTimeout(8000);
            System.out.println("status " + asked.getResponseCode());
          } catch (java.io.IOException failed) {
            System.out.println(failed);
          }
        }
      }
      """;

  private ToolScripts() {}
}
