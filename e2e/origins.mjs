// Origins for origins.sh on one port, told apart by the server name: those whose TLS or certificate is not good (the
// categories that badssl lists, as replicas), and good ones that say what they see of the gate.
//   node origins.mjs FOLDER READY [ADDRESS]: authority in FOLDER/root.pem, port in READY
// The good ones answer /seen with JSON (connection, request, resumed session, protocol, client certificate), /sink with the
// octets they got, /source?n=OCTETS with so many, /stream?n=EVENTS with events of which each waits for a sign of life that
// the one before was seen, and /cut with an answer that is cut without a close_notify.
import { execFileSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import http2 from 'node:http2';
import https from 'node:https';
import net from 'node:net';
import path from 'node:path';
import tls from 'node:tls';

const [folder, ready, address = '127.0.0.1'] = process.argv.slice(2);
const at = name => path.join(folder, name);
const openssl = (...args) => execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
fs.mkdirSync(folder, { recursive: true });

// ---- certificates ----
const DAY = 86_400_000;
const utc = days => new Date(Date.now() + days * DAY).toISOString().replace(/[-T:]|\.\d+/g, '');
const key = (name, kind = 'ec') => {
  const how = kind === 'ec' ? ['EC', '-pkeyopt', 'ec_paramgen_curve:P-256'] : ['RSA', '-pkeyopt', 'rsa_keygen_bits:' + kind];
  openssl('genpkey', '-algorithm', ...how, '-out', name + '.key');
};
const CA = 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n';
const server = host => `subjectAltName=DNS:${host}\nextendedKeyUsage=serverAuth\nbasicConstraints=CA:FALSE\n`;
fs.writeFileSync(at('ca.conf'), `[ca]\ndefault_ca=c\n[c]\ndatabase=index\nnew_certs_dir=.\npolicy=p\nunique_subject=no\nrand_serial=yes
[p]\norganizationName=optional\ncommonName=optional\n`);
fs.writeFileSync(at('index'), '');
// make(NAME, {...}): NAME.pem with NAME.key, signed by `by` (itself when there is none).
function make(name, { kind = 'ec', by, ext, from = -1, to = 30, digest = 'sha256', subject = '/O=e2e/CN=' + name }) {
  key(name, kind);
  fs.writeFileSync(at(name + '.ext'), ext);
  openssl('req', '-new', '-key', name + '.key', '-subj', subject, '-out', name + '.csr');
  const signer = by ? ['-cert', by + '.pem', '-keyfile', by + '.key'] : ['-selfsign', '-keyfile', name + '.key'];
  openssl('ca', '-batch', '-notext', '-config', 'ca.conf', ...signer, '-md', digest, '-startdate', utc(from), '-enddate', utc(to),
    '-extfile', name + '.ext', '-in', name + '.csr', '-out', name + '.pem');
}
make('root', { ext: CA, to: 365 });
make('strange', { ext: CA, to: 365 });
make('middle', { by: 'root', ext: CA });
make('narrow', { by: 'root', ext: CA + 'nameConstraints=critical,permitted;DNS:elsewhere.test\n' });
make('sha1-middle', { by: 'root', ext: CA, digest: 'sha1' });
make('leafless', { by: 'root', ext: server('x.bad.test') });

const host = name => name + '.bad.test';
const leaf = (name, more = {}) => make(name, { by: 'root', ext: server(host(name)), ...more });
leaf('good');
leaf('h1');
leaf('other');
leaf('needs');
leaf('good-rsa', { kind: '2048' });
leaf('no-subject', { subject: '/', ext: server(host('no-subject')).replace('=DNS', '=critical,DNS') });
leaf('behind-middle', { by: 'middle' });
leaf('expired', { from: -30, to: -1 });
leaf('not-yet', { from: 1 });
leaf('wrong-host', { ext: server('www.other.test') });
leaf('no-name', { subject: '/CN=no-name.bad.test', ext: 'extendedKeyUsage=serverAuth\n' });
leaf('wildcard-too-wide', { ext: server('*.test') });
leaf('self-signed', { by: undefined });
leaf('untrusted-root', { by: 'strange' });
leaf('incomplete', { by: 'middle' });
leaf('sha1', { digest: 'sha1' });
leaf('sha1-issuer', { by: 'sha1-middle' });
leaf('rsa1024', { kind: '1024' });
leaf('for-clients', { ext: server(host('for-clients')).replace('serverAuth', 'clientAuth') });
leaf('not-constrained', { by: 'narrow' });
leaf('signed-by-leaf', { by: 'leafless' });
for (const name of ['tls10', 'tls11', 'cbc', 'plain-http', 'silent', 'alerts']) leaf(name);

// ---- what the good ones say ----
let connections = 0;
const seen = new WeakMap();
const socketOf = request => request.stream?.session?.socket ?? request.socket;
const BLOCK = Buffer.alloc(64 * 1024, 'x');

async function answer(request, response) {
  const raw = socketOf(request), url = new URL(request.url, 'https://x'), n = Number(url.searchParams.get('n'));
  const about = seen.get(raw._parent ?? raw) ?? seen.get(raw) ?? { number: 0, requests: 0 };
  about.requests++;
  if (url.pathname === '/seen') {
    request.resume();
    const peer = raw.getPeerCertificate?.() ?? {};
    const body = JSON.stringify({ connection: about.number, request: about.requests, resumed: about.resumed, protocol: request.httpVersion,
      client: peer.subject?.CN ?? 'nobody' });
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(body + '\n');
  } else if (url.pathname === '/sink') {
    let octets = 0;
    for await (const part of request) octets += part.length;
    response.end(octets + '\n');
  } else if (url.pathname === '/source') {
    response.writeHead(200, { 'content-length': n });
    for (let left = n; left > 0; left -= BLOCK.length)
      if (!response.write(left < BLOCK.length ? BLOCK.subarray(0, left) : BLOCK)) await new Promise(done => response.once('drain', done));
    response.end();
  } else if (url.pathname === '/stream') {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    let sent = 0;
    const next = () => (sent < n ? response.write(`data: ${sent++}\n\n`) : response.end());
    request.on('data', signs => { for (let i = 0; i < signs.length; i++) next(); });
    next();
  } else if (url.pathname === '/cut') {
    // Past TLS, so that no close_notify goes out.
    (raw._parent ?? raw).write('');
    raw.write('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhalf of it', () => setTimeout(() => about.net.end(), 50));
  } else {
    response.writeHead(404).end();
  }
}

// ---- the servers ----
const read = (...names) => Buffer.concat(names.map(name => fs.readFileSync(at(name + '.pem'))));
const shown = (name, ...issuers) => ({ cert: read(name, ...issuers), key: fs.readFileSync(at(name + '.key')) });
const WEAK = { ciphers: 'ALL:@SECLEVEL=0' };
const asks = { requestCert: true, rejectUnauthorized: false };
const good = (options, create = http2.createSecureServer) => {
  const made = create({ allowHTTP1: true, ...options });
  made.on('request', (request, response) => answer(request, response).catch(() => response.destroy()));
  made.on('secureConnection', socket => { const about = seen.get(socket._parent ?? socket) ?? byPort.get(socket.remotePort); if (about) { about.resumed = socket.isSessionReused(); seen.set(socket, about); } });
  made.on('sessionError', () => {}).on('tlsClientError', () => {}).on('clientError', (_, socket) => socket.destroy());
  return made;
};
const byPort = new Map();
const servers = {
  good: good({ ...shown('good'), ...asks }), h1: good(shown('h1'), https.createServer), other: good({ ...shown('other'), ...asks }),
  needs: good({ ...shown('needs'), requestCert: true, rejectUnauthorized: true, ca: fs.existsSync(at('client.pem')) ? read('client') : read('root') }),
  'good-rsa': good(shown('good-rsa')), 'no-subject': good(shown('no-subject')), 'behind-middle': good(shown('behind-middle', 'middle')),
  incomplete: good(shown('incomplete')), 'sha1-issuer': good({ ...shown('sha1-issuer', 'sha1-middle'), ...WEAK }),
  'not-constrained': good(shown('not-constrained', 'narrow')), 'signed-by-leaf': good(shown('signed-by-leaf', 'leafless')),
  'untrusted-root': good(shown('untrusted-root', 'strange')), sha1: good({ ...shown('sha1'), ...WEAK }), rsa1024: good({ ...shown('rsa1024'), ...WEAK }),
  tls10: good({ ...shown('tls10'), ...WEAK, minVersion: 'TLSv1', maxVersion: 'TLSv1' }),
  tls11: good({ ...shown('tls11'), ...WEAK, minVersion: 'TLSv1', maxVersion: 'TLSv1.1' }),
  cbc: good({ ...shown('cbc'), ciphers: 'ECDHE-ECDSA-AES128-SHA', maxVersion: 'TLSv1.2' }),
};
for (const name of ['expired', 'not-yet', 'wrong-host', 'no-name', 'wildcard-too-wide', 'self-signed', 'for-clients']) servers[name] = good(shown(name));

// A ServerHello of TLS 1.2 or older that takes what was not offered, as a server does that has nothing else.
function serverHello(version, cipher) {
  const body = Buffer.concat([Buffer.from([version >> 8, version & 255]), crypto.randomBytes(32), Buffer.from([0, cipher >> 8, cipher & 255, 0])]);
  const record = Buffer.concat([Buffer.from([2, 0, body.length >> 8, body.length & 255]), body]);
  return Buffer.concat([Buffer.from([22, 3, 3, record.length >> 8, record.length & 255]), record]);
}
const TLS12 = 0x303;
const raw = {
  'takes-tls10': () => serverHello(0x301, 0xc02b), 'takes-tls11': () => serverHello(0x302, 0xc02b), 'takes-ssl3': () => serverHello(0x300, 0x0005),
  rc4: () => serverHello(TLS12, 0x0005), 'rc4-md5': () => serverHello(TLS12, 0x0004), '3des': () => serverHello(TLS12, 0x000a),
  null: () => serverHello(TLS12, 0x0002), 'export': () => serverHello(TLS12, 0x0003), anonymous: () => serverHello(TLS12, 0xc016),
  'takes-cbc': () => serverHello(TLS12, 0xc013), 'static-rsa': () => serverHello(TLS12, 0x009c), dh: () => serverHello(TLS12, 0x009e),
  nothing: () => Buffer.from([21, 3, 3, 0, 2, 2, 40]), 'plain-http': () => Buffer.from('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n'),
};

const listener = net.createServer(socket => {
  const number = ++connections;
  socket.on('error', () => {});
  socket.once('readable', () => {
    const hello = socket.read() ?? Buffer.alloc(0);
    const exact = (hello.toString('latin1').match(/([a-z0-9-]+)\.bad\.test/) ?? [])[1];
    if (raw[exact]) return void socket.end(raw[exact]());
    const to = servers[exact];
    if (!to) return void socket.destroy();
    const about = { number, requests: 0, resumed: false, net: socket };
    seen.set(socket, about);
    byPort.set(socket.remotePort, about);
    socket.unshift(hello);
    to.emit('connection', socket);
  });
});
listener.listen(0, address, () => fs.writeFileSync(ready, String(listener.address().port)));
