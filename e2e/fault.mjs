// A client in trouble: node fault.mjs KIND --port P --host H [--gate ADDRESS] [--from ADDRESS]
// Says `begun` when its transfer is under way and, at its end, what it saw. Kinds:
//   tunnel, plain       reads what comes until it ends
//   deaf-tunnel, deaf-plain   reads a little and then never again
//   slow-head           a head, one octet each 200 ms
//   stuck-hello         CONNECT, half a ClientHello, and nothing more
//   upload              a tunnel that sends all that is taken
//   reset-after-end     a tunnel that ends its half and then resets
import { answer, connect, hello, options, sleep, tunnel } from './wire.mjs';

const kind = process.argv[2];
const way = options(process.argv.slice(3));
const start = performance.now();
let octets = 0, begun = 0;

function begins() {
  if (!begun) { begun = performance.now(); console.log('begun'); }
}
function watch(socket) {
  let end = 'end';
  socket.on('error', failure => { end = failure.code; });
  socket.on('data', some => { octets += some.length; begins(); });
  socket.on('close', () => {
    console.log(`${end} after ${octets} octets, ${Math.round(performance.now() - (begun || start))} ms`);
    process.exit(0);
  });
}

const kinds = {
  async tunnel() { const socket = await tunnel(way); begins(); watch(socket); },
  async plain() {
    const socket = await connect(way);
    watch(socket);
    socket.once('data', first => console.log('status ' + first.toString('latin1', 9, 12)));
    socket.write(`GET http://${way.host}/ HTTP/1.1\r\nHost: ${way.host}\r\n\r\n`);
  },
  async 'deaf-tunnel'() { const socket = await tunnel(way); begins(); socket.pause(); setInterval(() => {}, 1000); },
  async 'deaf-plain'() {
    const socket = await connect(way);
    socket.write(`GET http://${way.host}/ HTTP/1.1\r\nHost: ${way.host}\r\n\r\n`);
    await answer(socket);
    begins();
    socket.pause();
    setInterval(() => {}, 1000);
  },
  async 'slow-head'() {
    const socket = await connect(way);
    watch(socket);
    socket.once('data', first => console.log('status ' + first.toString('latin1', 9, 12)));
    for (const octet of `GET http://${way.host}/${'x'.repeat(1000)}`) { socket.write(octet); begins(); await sleep(200); }
  },
  async 'stuck-hello'() {
    const socket = await connect(way);
    socket.write(`CONNECT ${way.host}:443 HTTP/1.1\r\nHost: ${way.host}:443\r\n\r\n`);
    await answer(socket);
    begins();
    socket.write((await hello(way.host)).subarray(0, 60));
    watch(socket);
  },
  async upload() {
    const socket = await tunnel(way);
    begins();
    watch(socket);
    const block = Buffer.alloc(64 * 1024);
    const more = () => { while (!socket.destroyed && socket.write(block)); };
    socket.on('drain', more);
    more();
  },
  async 'reset-after-end'() {
    const socket = await tunnel(way);
    begins();
    watch(socket);
    socket.end();
    await sleep(100);
    socket.resetAndDestroy();
  },
};
kinds[kind]().catch(failure => { console.log(`${failure.message}, ${Math.round(performance.now() - start)} ms`); process.exit(0); });
