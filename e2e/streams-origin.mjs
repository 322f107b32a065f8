// Origins for streams.sh: WebSockets by `ws`, calls of gRPC by `grpc-js`, both on a port of their own.
//   node streams-origin.mjs MODULES FOLDER READY: authority in FOLDER/root.pem, both ports in READY
// WebSockets: /echo sends back what it gets and says with which code it was closed; /close closes with 4002; /wrong agrees with
// a Sec-WebSocket-Accept that belongs to another key. Calls: see the service below. What was seen is in FOLDER/seen.jsonl.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import http2 from 'node:http2';
import { createRequire } from 'node:module';
import path from 'node:path';

const [modules, folder, ready] = process.argv.slice(2);
const require = createRequire(path.join(modules, 'x.js'));
const grpc = require('@grpc/grpc-js');
const { WebSocketServer } = require('ws');
const at = name => path.join(folder, name);
const seen = what => fs.appendFileSync(at('seen.jsonl'), JSON.stringify(what) + '\n');
fs.mkdirSync(folder, { recursive: true });
fs.writeFileSync(at('seen.jsonl'), '');

// ---- one certificate for both ----
const openssl = (...args) => execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
const fresh = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
openssl('req', '-x509', ...fresh, '-days', '30', '-subj', '/CN=streams', '-keyout', 'root.key', '-out', 'root.pem',
  '-addext', 'basicConstraints=critical,CA:TRUE', '-addext', 'keyUsage=critical,keyCertSign,cRLSign');
openssl('req', ...fresh, '-subj', '/CN=leaf', '-keyout', 'leaf.key', '-out', 'leaf.csr');
fs.writeFileSync(at('leaf.ext'), 'subjectAltName=DNS:*.streams.test\nextendedKeyUsage=serverAuth\nbasicConstraints=CA:FALSE\n');
openssl('x509', '-req', '-days', '30', '-CA', 'root.pem', '-CAkey', 'root.key', '-CAcreateserial', '-extfile', 'leaf.ext',
  '-in', 'leaf.csr', '-out', 'leaf.pem');
const key = fs.readFileSync(at('leaf.key')), cert = fs.readFileSync(at('leaf.pem'));

// ---- WebSockets, where HTTP/2 would be spoken too ----
const sockets = new WebSocketServer({ noServer: true, maxPayload: 64 << 20 });
const secure = http2.createSecureServer({ key, cert, allowHTTP1: true }, (request, response) => {
  seen({ request: request.url });
  response.end('no socket\n');
});
secure.on('upgrade', (request, socket, head) => {
  seen({ upgrade: request.url, protocol: request.httpVersion });
  if (request.url === '/wrong') {
    socket.end('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n'
      + 'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n');
    return;
  }
  sockets.handleUpgrade(request, socket, head, opened => {
    opened.on('error', () => {}).on('close', (code, why) => seen({ closed: request.url, code, why: String(why) }));
    if (request.url === '/close') opened.close(4002, 'the origin says so');
    opened.on('message', (data, isBinary) => opened.send(data, { binary: isBinary }));
  });
});

// ---- gRPC, without a schema: messages are octets ----
const same = octets => octets;
const method = (name, requestStream, responseStream) => ({ path: '/e2e.Calls/' + name, requestStream, responseStream,
  requestSerialize: same, requestDeserialize: same, responseSerialize: same, responseDeserialize: same });
const service = { Unary: method('Unary', false, false), Down: method('Down', false, true), Up: method('Up', true, false),
  Both: method('Both', true, true), Held: method('Held', true, true), Fails: method('Fails', false, false), FailsLate: method('FailsLate', false, true),
  Silent: method('Silent', false, false) };
const status = (code, details) => Object.assign(new Error(details), { code, details });
// Of calls that do not end by themselves, for grpc-js says so of every call that is over.
const cancelled = (call, name) => call.on('cancelled', () => seen({ cancelled: name, deadline: Number.isFinite(+call.getDeadline()) }));
const calls = new grpc.Server({ 'grpc.max_receive_message_length': -1 });
calls.addService(service, {
  Unary: (call, answer) => answer(null, call.request),
  Down(call) {
    for (let i = 0; i < Number(call.request); i++) call.write(Buffer.from('n' + i));
    call.end();
  },
  Up(call, answer) {
    let octets = 0, messages = 0;
    call.on('data', message => { octets += message.length; messages++; });
    call.on('end', () => answer(null, Buffer.from(messages + ' ' + octets)));
  },
  Both: call => call.on('data', message => call.write(message)).on('end', () => call.end()),
  Held(call) {
    cancelled(call, 'Held');
    call.on('data', message => call.write(message));
  },
  // Without a message there is one head, which is the trailers too.
  Fails: (call, answer) => answer(status(grpc.status.NOT_FOUND, 'not here: ü')),
  FailsLate(call) {
    for (let i = 0; i < 3; i++) call.write(Buffer.from('n' + i));
    setImmediate(() => call.emit('error', status(grpc.status.DATA_LOSS, 'three and no more')));
  },
  Silent: call => cancelled(call, 'Silent'),
});

secure.listen(0, '127.0.0.1', () => {
  calls.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createSsl(null, [{ private_key: key, cert_chain: cert }]), (failed, port) => {
    if (failed) throw failed;
    fs.writeFileSync(ready, secure.address().port + ' ' + port + '\n');
  });
});
