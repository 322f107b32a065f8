// An origin of one kind: node origin.mjs KIND READY [ADDRESS]. Writes its port to READY.
// An answer to plain http begins with GET; anything else is a tunnel's ClientHello.
//   echo   says one octet, then what it hears; plain: 200 and an end
//   drip   an octet every 50 ms for ever; plain: chunks of it
//   bulk   as much as is taken; plain: the same
//   sleep  accepts and says nothing
//   deaf   says one octet and never reads again; plain: never reads the body
//   reset  one octet, an end (FIN), and 100 ms later a reset; plain: a whole answer and the same
import net from 'node:net';
import fs from 'node:fs';

const [kind, ready, address = '127.0.0.1'] = process.argv.slice(2);
const BLOCK = Buffer.alloc(64 * 1024, 'x');
const CHUNK = Buffer.concat([Buffer.from('10000\r\n'), BLOCK, Buffer.from('\r\n')]);
const HEAD = 'HTTP/1.1 200 OK\r\n';

function pour(socket, block) {
  const more = () => { while (!socket.destroyed && socket.write(block)); };
  socket.on('drain', more);
  more();
}

const kinds = {
  echo(socket, plain) {
    if (plain) return void socket.end(HEAD + 'Content-Length: 2\r\nConnection: close\r\n\r\nok');
    socket.write('x');
    socket.on('data', octets => socket.write(octets)).on('end', () => socket.end());
  },
  drip(socket, plain) {
    if (plain) socket.write(HEAD + 'Transfer-Encoding: chunked\r\n\r\n');
    const timer = setInterval(() => socket.write(plain ? '1\r\nx\r\n' : 'x'), 50);
    socket.on('close', () => clearInterval(timer)).resume();
  },
  bulk(socket, plain) {
    if (plain) socket.write(HEAD + 'Transfer-Encoding: chunked\r\n\r\n');
    pour(socket, plain ? CHUNK : BLOCK);
    socket.resume();
  },
  sleep() {},
  deaf(socket, plain) {
    if (!plain) socket.write('x');
  },
  reset(socket, plain) {
    socket.end(plain ? HEAD + 'Content-Length: 2\r\n\r\nok' : 'x');
    setTimeout(() => socket.resetAndDestroy(), 100);
  },
};

const server = net.createServer({ allowHalfOpen: true, noDelay: true }, socket => {
  socket.on('error', () => {});
  socket.once('data', first => {
    if (kind === 'deaf' || kind === 'sleep') socket.pause();
    kinds[kind](socket, /^(GET|POST) /.test(first.toString('latin1', 0, 5)));
  });
});
server.listen({ port: 0, host: address, backlog: 4096 }, () => fs.writeFileSync(ready, String(server.address().port)));
