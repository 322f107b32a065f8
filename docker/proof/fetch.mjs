// node fetch.mjs PROXY PORT HOST PATH: prints a page through CONNECT, with what every release of Node has.
import http from 'node:http';
import tls from 'node:tls';

const [host, port, name, path] = process.argv.slice(2);
http.request({ host, port, method: 'CONNECT', path: `${name}:443` }).on('connect', (answer, socket) => {
  if (answer.statusCode !== 200) throw new Error(`refused: ${answer.statusCode}`);
  const origin = tls.connect({ socket, servername: name }, () => origin.write(`GET ${path} HTTP/1.1\r\nHost: ${name}\r\nConnection: close\r\n\r\n`));
  origin.pipe(process.stdout);
}).end();
