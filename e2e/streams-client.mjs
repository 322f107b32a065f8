// Clients for streams.sh: `ws` and `grpc-js` through an intercepting gate.
//   node streams-client.mjs MODULES GATE-PORT ROOT.pem all    each case a line, `ok NAME` or `FAIL NAME: why`
//   node streams-client.mjs MODULES GATE-PORT ROOT.pem open   opens one of each, says `open`, then how each ends
import crypto from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import http2 from 'node:http2';
import { createRequire } from 'node:module';
import path from 'node:path';
import tls from 'node:tls';

const [modules, port, rootFile, what] = process.argv.slice(2);
const require = createRequire(path.join(modules, 'x.js'));
process.env.grpc_proxy = 'http://127.0.0.1:' + port;
const grpc = require('@grpc/grpc-js');
const WebSocket = require('ws');
const root = fs.readFileSync(rootFile);
const SOCKETS = 'ws.streams.test', CALLS = 'grpc.streams.test';
const PATIENCE = 15_000;
const MIB = 1 << 20;

let failed = false;
const same = (got, wanted) => { if (String(got) !== String(wanted)) throw new Error(`${got} instead of ${wanted}`); };
async function test(name, run) {
  try {
    await Promise.race([run(), new Promise((_, late) => setTimeout(() => late(new Error('it hangs')), PATIENCE).unref())]);
    console.log('ok ' + name);
  } catch (error) {
    failed = true;
    console.log(`FAIL ${name}: ${error.message}`);
  }
}

// ---- WebSockets ----
const tunnel = (host, protocols) => new Promise((done, fail) => {
  http.request({ port, method: 'CONNECT', path: host + ':443' }).on('error', fail).on('connect', (answer, socket) => {
    if (answer.statusCode !== 200) return fail(new Error('CONNECT ' + answer.statusCode));
    const secured = tls.connect({ socket, servername: host, ca: root, ALPNProtocols: protocols }, () => done(secured)).on('error', fail);
  }).end();
});
async function overHttp1(url) {
  const socket = await tunnel(SOCKETS, ['http/1.1']);
  return new WebSocket(`wss://${SOCKETS}${url}`, { createConnection: () => socket, perMessageDeflate: false });
}
// An extended CONNECT (RFC 8441), which `ws` has no client for: it gets the stream as its socket.
async function overHttp2(url) {
  const socket = await tunnel(SOCKETS, ['h2']);
  const session = http2.connect('https://' + SOCKETS, { createConnection: () => socket });
  session.on('error', () => {});
  await new Promise(done => session.once('remoteSettings', done));
  if (!session.remoteSettings.enableConnectProtocol) throw new Error('no extended CONNECT is offered');
  const stream = session.request({ ':method': 'CONNECT', ':protocol': 'websocket', ':scheme': 'https', ':authority': SOCKETS, ':path': url, 'sec-websocket-version': '13' });
  const opened = new WebSocket(null, undefined, {});
  opened._isServer = false;
  opened._closeTimeout = PATIENCE; // without one it waits for no answer to its close
  stream.on('error', () => {});
  stream.once('response', head => {
    if (head[':status'] === 200) {
      opened.setSocket(stream, Buffer.alloc(0), { maxPayload: 64 * MIB, allowSynchronousEvents: true });
      opened.emit('open');
    } else {
      opened.emit('unexpected-response', null, Object.assign(stream, { statusCode: head[':status'] }));
    }
  });
  opened.once('close', () => session.close());
  return opened;
}
const event = (from, name) => new Promise((done, fail) => from.once(name, (...args) => done(args)).on('error', fail));
// How it ends, whatever error comes first.
const end = (of, name) => new Promise(done => of.once(name, (...args) => done(args)).on('error', () => {}));
async function refusal(socket) {
  const [, answer] = await event(socket, 'unexpected-response');
  let body = '';
  for await (const part of answer) body += part;
  return answer.statusCode + ' ' + JSON.parse(body).reason;
}
async function sockets(name, open) {
  await test(name + ': text comes back', async () => {
    const socket = await open('/echo');
    await event(socket, 'open');
    for (const text of ['one', 'zwölf', '']) {
      socket.send(text);
      const [got, binary] = await event(socket, 'message');
      same(got + ' ' + binary, text + ' false');
    }
    socket.close(4001, 'enough');
    same((await event(socket, 'close'))[0], 4001);
  });
  await test(name + ': 10 MiB come back', async () => {
    const socket = await open('/echo'), octets = crypto.randomBytes(10 * MIB);
    await event(socket, 'open');
    socket.send(octets);
    const [got, binary] = await event(socket, 'message');
    same(binary && octets.equals(got), true);
    socket.close(1000);
    await event(socket, 'close');
  });
  await test(name + ': a ping is answered by the origin', async () => {
    const socket = await open('/echo');
    await event(socket, 'open');
    socket.ping('there?');
    same((await event(socket, 'pong'))[0], 'there?');
    socket.close(1000);
    await event(socket, 'close');
  });
  await test(name + ": the origin's code comes down", async () => {
    const socket = await open('/close');
    const [code, why] = await event(socket, 'close');
    same(code + ' ' + why, '4002 the origin says so');
  });
  await test(name + ': refused where only GET is allowed', async () => same(await refusal(await open('/read')), '403 method-not-allowed'));
  await test(name + ': refused where the path is not', async () => same(await refusal(await open('/other')), '403 path-not-allowed'));
  await test(name + ': an answer to another key is no yes', async () => same(await refusal(await open('/wrong')), '502 origin-protocol'));
}

// ---- gRPC ----
const octets = text => text;
const calls = new grpc.Client(CALLS + ':443', grpc.credentials.createSsl(root), { 'grpc.max_receive_message_length': -1 });
const soon = () => ({ deadline: Date.now() + PATIENCE });
const unary = (name, message, options = soon(), metadata = new grpc.Metadata()) => new Promise((done, fail) =>
  calls.makeUnaryRequest('/e2e.Calls/' + name, octets, octets, message, metadata, options, (error, answer) => (error ? fail(error) : done(answer))));
const statusOf = async promise => { try { await promise; return 'no error'; } catch (error) { return `${grpc.status[error.code]} ${error.details}`; } };
const messages = async call => { const all = []; for await (const message of call) all.push(String(message)); return all; };

async function gRpc() {
  await test('grpc: one message each way', async () => {
    same(await unary('Unary', Buffer.from('hello')), 'hello');
    const large = crypto.randomBytes(3 * MIB);
    same(large.equals(await unary('Unary', large)), true);
  });
  await test('grpc: many at a time', async () => {
    const all = await Promise.all(Array.from({ length: 60 }, (_, i) => unary('Unary', Buffer.from('n' + i))));
    all.forEach((answer, i) => same(answer, 'n' + i));
  });
  await test('grpc: a stream of answers', async () => {
    const got = await messages(calls.makeServerStreamRequest('/e2e.Calls/Down', octets, octets, Buffer.from('1000'), soon()));
    same(got.length + ' ' + got.at(-1), '1000 n999');
  });
  await test('grpc: a stream of messages', async () => {
    const answer = await new Promise((done, fail) => {
      const call = calls.makeClientStreamRequest('/e2e.Calls/Up', octets, octets, soon(), (error, got) => (error ? fail(error) : done(got)));
      for (let i = 0; i < 100; i++) call.write(Buffer.alloc(50_000));
      call.end();
    });
    same(answer, '100 5000000');
  });
  await test('grpc: both ways in turns', async () => {
    const call = calls.makeBidiStreamRequest('/e2e.Calls/Both', octets, octets, soon());
    for (let i = 0; i < 50; i++) {
      call.write(Buffer.from('turn ' + i));
      same((await event(call, 'data'))[0], 'turn ' + i);
    }
    call.end();
    same((await event(call, 'status'))[0].code, grpc.status.OK);
  });
  await test('grpc: an error without a message', async () => same(await statusOf(unary('Fails', Buffer.alloc(0))), 'NOT_FOUND not here: ü'));
  await test('grpc: an error behind messages', async () => {
    const call = calls.makeServerStreamRequest('/e2e.Calls/FailsLate', octets, octets, Buffer.alloc(0), soon());
    let got = 0;
    call.on('data', () => got++);
    const [error] = await end(call, 'status');
    same(`${got} ${grpc.status[error.code]} ${error.details}`, '3 DATA_LOSS three and no more');
  });
  await test('grpc: a method that the origin does not have', async () => same((await statusOf(unary('Nothing', Buffer.alloc(0)))).split(' ')[0], 'UNIMPLEMENTED'));
  await test('grpc: a deadline', async () => same((await statusOf(unary('Silent', Buffer.alloc(0), { deadline: Date.now() + 700 }))).split(' ')[0], 'DEADLINE_EXCEEDED'));
  await test('grpc: a call that is cancelled', async () => {
    const call = calls.makeBidiStreamRequest('/e2e.Calls/Held', octets, octets, soon());
    call.write(Buffer.from('a'));
    await event(call, 'data');
    const ended = end(call, 'status');
    call.cancel();
    same((await ended)[0].code, grpc.status.CANCELLED);
  });
  await test('grpc: a refused path', async () => same((await statusOf(new Promise((done, fail) => calls.makeUnaryRequest('/e2e.Other/X', octets, octets, Buffer.alloc(0), soon(), error => (error ? fail(error) : done()))))).split(' ')[0], 'PERMISSION_DENIED'));
}

if (what === 'all') {
  await sockets('HTTP/1.1', overHttp1);
  await sockets('HTTP/2', overHttp2);
  await gRpc();
  process.exit(failed ? 1 : 0);
}
const ends = [];
for (const [name, open] of [['HTTP/1.1', overHttp1], ['HTTP/2', overHttp2]]) {
  const socket = await open('/echo');
  await event(socket, 'open');
  socket.send('x');
  await event(socket, 'message');
  ends.push(end(socket, 'close').then(([code]) => console.log(`${name} ended ${code}`)));
}
const call = calls.makeBidiStreamRequest('/e2e.Calls/Both', octets, octets, { deadline: Date.now() + 4 * PATIENCE });
call.write(Buffer.from('x'));
await event(call, 'data');
ends.push(end(call, 'status').then(([status]) => console.log('grpc ended ' + grpc.status[status.code])));
console.log('open');
await Promise.race([Promise.all(ends), new Promise(late => setTimeout(late, PATIENCE))]);
process.exit(0);
