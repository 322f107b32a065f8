#!/usr/bin/env node
// A parent proxy of our own on loopback: CONNECT to any host leads to one port, and some to others; absolute URLs of http to another.
//   parent.mjs --ready FILE --default PORT [--http PORT] [--auth USER:PASSWORD] [--log FILE]
//              [--ca-lib LIB.mjs --ca-dir DIR --name NAME] [--client-ca FILE] [HOST=PORT ...]
// With a name it speaks TLS under a certificate of the test authority's; with a client authority it asks for a certificate.
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const option = (name) => { const at = process.argv.indexOf('--' + name); return at < 0 ? undefined : process.argv[at + 1]; };
const ports = new Map(process.argv.filter((a) => /^[^-][^=]*=\d+$/.test(a)).map((a) => a.split('=')));
const expected = option('auth') && 'Basic ' + Buffer.from(option('auth')).toString('base64');
const note = (line) => option('log') && fs.appendFileSync(option('log'), line + '\n');
const wanted = (request) => !expected || request.headers['proxy-authorization'] === expected;

function request(request, response) {
  note(`${request.method} ${request.url} ${request.socket.encrypted ? 'tls' : 'clear'}`);
  if (!wanted(request)) return response.writeHead(407, { 'proxy-authenticate': 'Basic' }).end();
  if (!option('http')) return response.writeHead(501).end();
  const headers = { ...request.headers };
  delete headers['proxy-authorization'];
  const url = new URL(request.url);
  request.pipe(http.request({ port: option('http'), method: request.method, path: url.pathname + url.search, headers }, (answer) => {
    response.writeHead(answer.statusCode, answer.headers);
    answer.pipe(response);
  }));
}
function connect(request, client, head) {
  note(`CONNECT ${request.url} ${client.encrypted ? 'tls' : 'clear'} ${client.getPeerCertificate?.().subject?.CN ?? ''}`);
  client.on('error', () => {});
  if (!wanted(request)) {
    return client.end('HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n');
  }
  const port = ports.get(request.url.replace(/:\d+$/, '')) ?? option('default');
  const origin = net.connect(port, '127.0.0.1', () => {
    client.write('HTTP/1.1 200 OK\r\n\r\n');
    if (head.length) origin.write(head);
    client.pipe(origin).pipe(client);
  });
  origin.on('error', () => client.destroy());
}
let server;
if (option('name')) {
  const { testCa } = await import(pathToFileURL(path.resolve(option('ca-lib'))).href);
  const ca = testCa(option('ca-dir'));
  const client = option('client-ca') ? { ca: fs.readFileSync(option('client-ca')), requestCert: true, rejectUnauthorized: true } : {};
  server = https.createServer({ ...ca.leaf(option('name')), ...client }, request);
} else {
  server = http.createServer(request);
}
server.on('connect', connect);
server.listen(0, '127.0.0.1', () => fs.writeFileSync(option('ready'), String(server.address().port)));
process.on('SIGTERM', () => process.exit(0));
