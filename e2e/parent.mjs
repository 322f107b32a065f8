#!/usr/bin/env node
// A parent proxy of our own on loopback: CONNECT only, sends every host to one port, and some to others.
//   parent.mjs --ready FILE --default PORT [--auth USER:PASSWORD] [HOST=PORT ...]
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';

const option = (name) => { const at = process.argv.indexOf('--' + name); return at < 0 ? undefined : process.argv[at + 1]; };
const ports = new Map(process.argv.filter((a) => /^[^-][^=]*=\d+$/.test(a)).map((a) => a.split('=')));
const expected = option('auth') && 'Basic ' + Buffer.from(option('auth')).toString('base64');
const server = http.createServer((request, response) => response.writeHead(501).end());
server.on('connect', (request, client, head) => {
  client.on('error', () => {});
  if (expected && request.headers['proxy-authorization'] !== expected) {
    return client.end('HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n');
  }
  const port = ports.get(request.url.replace(/:\d+$/, '')) ?? option('default');
  const origin = net.connect(port, '127.0.0.1', () => {
    client.write('HTTP/1.1 200 OK\r\n\r\n');
    if (head.length) origin.write(head);
    client.pipe(origin).pipe(client);
  });
  origin.on('error', () => client.destroy());
});
server.listen(0, '127.0.0.1', () => fs.writeFileSync(option('ready'), String(server.address().port)));
process.on('SIGTERM', () => process.exit(0));
