#!/usr/bin/env node
// A small origin of our own on loopback, any host by SNI: git over smart HTTP, and the files of a folder.
//   site.mjs --ca-lib LIB.mjs --ca-dir DIR --root FOLDER --ready FILE
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import https from 'node:https';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const option = (name) => process.argv[process.argv.indexOf('--' + name) + 1];
const root = path.resolve(option('root'));
const { testCa } = await import(pathToFileURL(path.resolve(option('ca-lib'))).href);
const ca = testCa(option('ca-dir'));

// git's own CGI program answers; this only hands the request to it and its answer back.
function git(request, response, url) {
  const child = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env.PATH, GIT_PROJECT_ROOT: root, GIT_HTTP_EXPORT_ALL: '1', PATH_INFO: url.pathname,
      QUERY_STRING: url.search.slice(1), REQUEST_METHOD: request.method, REMOTE_ADDR: '127.0.0.1',
      CONTENT_TYPE: request.headers['content-type'] ?? '', HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      GIT_PROTOCOL: request.headers['git-protocol'] ?? '',
    },
  });
  request.pipe(child.stdin);
  let head = Buffer.alloc(0), started = false;
  child.stdout.on('data', (part) => {
    if (started) return response.write(part);
    head = Buffer.concat([head, part]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return;
    started = true;
    let status = 200;
    for (const line of head.subarray(0, end).toString().split('\r\n')) {
      const colon = line.indexOf(':'), name = line.slice(0, colon), value = line.slice(colon + 1).trim();
      if (name.toLowerCase() === 'status') status = parseInt(value); else response.setHeader(name, value);
    }
    response.writeHead(status);
    response.write(head.subarray(end + 4));
  });
  child.on('close', () => response.end());
}

function file(response, url) {
  const wanted = path.join(root, decodeURIComponent(url.pathname));
  if (!wanted.startsWith(root + path.sep)) return response.writeHead(404).end();
  const found = fs.existsSync(wanted) && fs.statSync(wanted).isDirectory() ? path.join(wanted, 'index.html') : wanted;
  if (!fs.existsSync(found)) return response.writeHead(404).end();
  const type = found.endsWith('.html') ? 'text/html' : 'application/octet-stream';
  response.writeHead(200, { 'content-type': type, 'content-length': fs.statSync(found).size });
  fs.createReadStream(found).pipe(response);
}

const server = https.createServer({ ...ca.leaf('localhost'), SNICallback: ca.sni() }, (request, response) => {
  const url = new URL(request.url, 'https://' + (request.headers.host ?? 'localhost'));
  if (/\.git\//.test(url.pathname)) git(request, response, url); else file(response, url);
});
server.listen(0, '127.0.0.1', () => fs.writeFileSync(option('ready'), String(server.address().port)));
process.on('SIGTERM', () => process.exit(0));
