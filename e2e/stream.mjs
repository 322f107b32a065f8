// One stream of events through an intercepting gate, none held back: the origin (origins.mjs) sends an event only when the
// sign of life for the one before has come, so that a single event that waits for its successor stops it all.
//   node stream.mjs PROXY-PORT ROOT.pem HOST h1|h2 EVENTS [USER:PASSWORD]; prints events and milliseconds; 1 when it stops
import fs from 'node:fs';
import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';

const [port, root, host, protocol, count, user] = process.argv.slice(2);
const head = user ? { 'proxy-authorization': 'Basic ' + Buffer.from(user).toString('base64') } : {};
const PATIENCE = 10_000;
let events = 0, text = '', last = Date.now();
const began = last;

function take(part, sign) {
  text += part;
  last = Date.now();
  for (let end; (end = text.indexOf('\n\n')) >= 0; text = text.slice(end + 2)) {
    if (text.slice(0, end) !== 'data: ' + events) fail('event ' + events + ' came as ' + text.slice(0, end));
    events++;
    sign();
  }
}
function done() {
  if (events !== Number(count)) fail('ended after ' + events + ' events');
  console.log(`${protocol}: ${events} events in ${Date.now() - began} ms`);
  process.exit(0);
}
function fail(why) {
  console.log(why);
  process.exit(1);
}
setInterval(() => { if (Date.now() - last > PATIENCE) fail('nothing came behind event ' + events); }, 1000);

http.request({ port, method: 'CONNECT', path: host + ':443', headers: head }).on('connect', (answer, socket) => {
  if (answer.statusCode !== 200) fail('CONNECT ' + answer.statusCode);
  const secure = { socket, servername: host, ca: fs.readFileSync(root) };
  if (protocol === 'h2') {
    const session = http2.connect('https://' + host, { ...secure, createConnection: undefined, socket });
    session.on('error', error => fail(String(error)));
    const stream = session.request({ ':method': 'POST', ':path': '/stream?n=' + count });
    stream.setEncoding('utf8').on('data', part => take(part, () => stream.write('x'))).on('end', done);
  } else {
    const request = https.request({ ...secure, createConnection: undefined, agent: false, host, method: 'POST', path: '/stream?n=' + count }, response => {
      response.setEncoding('utf8').on('data', part => take(part, () => request.write('x'))).on('end', done);
    });
    request.on('error', error => fail(String(error)));
    request.setNoDelay(true);
    request.flushHeaders();
  }
}).on('error', error => fail(String(error))).end();
