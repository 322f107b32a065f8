// Shared by the load and fault scripts: a ClientHello, a tunnel, a plain request, numbers of a process.
import net from 'node:net';
import tls from 'node:tls';
import fs from 'node:fs';
import { Duplex } from 'node:stream';

const hellos = new Map();

// hello(name): the first octets that a TLS client sends for a server name.
export function hello(name) {
  if (!hellos.has(name)) {
    hellos.set(name, new Promise(resolve => {
      const wire = new Duplex({ read() {}, write(octets, _, done) { resolve(Buffer.from(octets)); done(); } });
      tls.connect({ socket: wire, servername: name }).on('error', () => {});
    }));
  }
  return hellos.get(name);
}

// connect({port, gate, from}): a connection to the gate. Errors after it stands are for its owner.
export function connect({ port, gate = '127.0.0.1', from }) {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ port, host: gate, localAddress: from, noDelay: true });
    socket.once('error', reject).once('connect', () => {
      socket.removeListener('error', reject);
      socket.on('error', () => {});
      resolve(socket);
    });
  });
}

// answer(socket): the head of an answer and what came behind it.
export function answer(socket) {
  return new Promise((resolve, reject) => {
    let seen = Buffer.alloc(0);
    const closed = () => reject(new Error('closed after ' + seen.length + ' octets'));
    const data = octets => {
      seen = Buffer.concat([seen, octets]);
      const end = seen.indexOf('\r\n\r\n');
      if (end < 0) return;
      socket.removeListener('data', data).removeListener('close', closed);
      resolve({ status: Number(seen.toString('latin1', 9, 12)), rest: seen.subarray(end + 4) });
    };
    socket.on('data', data).on('close', closed);
  });
}

const token = name => name ? 'Proxy-Authorization: Basic ' + Buffer.from(name).toString('base64') + '\r\n' : '';

// tunnel({port, host, ...}): CONNECT and ClientHello; resolves to the socket when the origin's first octet is there.
export async function tunnel(way) {
  const first = await hello(way.host);
  const socket = await connect(way);
  try {
    socket.write(`CONNECT ${way.host}:443 HTTP/1.1\r\nHost: ${way.host}:443\r\n${token(way.token)}\r\n`);
    const { status, rest } = await answer(socket);
    if (status !== 200) throw new Error('answered ' + status);
    socket.write(first);
    if (!rest.length) await octet(socket);
    return socket;
  } catch (failure) {
    socket.destroy();
    throw failure;
  }
}

// octet(socket): waits for the next octets.
export function octet(socket) {
  return new Promise((resolve, reject) => {
    const closed = () => reject(new Error('closed'));
    socket.once('close', closed).once('data', octets => { socket.removeListener('close', closed); resolve(octets); });
  });
}

// refused(way): a CONNECT that the gate refuses; resolves to its status.
export async function refused(way) {
  const socket = await connect(way);
  try {
    socket.write(`CONNECT ${way.host}:443 HTTP/1.1\r\nHost: ${way.host}:443\r\n${token(way.token)}\r\n`);
    return (await answer(socket)).status;
  } finally {
    socket.destroy();
  }
}

// get(way): a plain request on a connection of its own; resolves to its status.
export async function get(way) {
  const socket = await connect(way);
  try {
    socket.write(`GET http://${way.host}/ HTTP/1.1\r\nHost: ${way.host}\r\n${token(way.token)}Connection: close\r\n\r\n`);
    return (await answer(socket)).status;
  } finally {
    socket.destroy();
  }
}

// within(ms, promise): fails when it takes longer.
export function within(ms, promise) {
  let timer;
  const late = new Promise((_, reject) => { timer = setTimeout(() => reject(new Error(`nothing within ${ms} ms`)), ms); });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

export const sleep = ms => new Promise(resolve => setTimeout(resolve, ms));

// quantile(sorted, q), and milliseconds in words.
export const quantile = (list, q) => list.length ? list[Math.min(list.length - 1, Math.floor(list.length * q))] : NaN;
export const ms = number => number.toFixed(1) + ' ms';

// measure(pid, admin): resident memory in KiB, descriptors, and what the gate counts.
export async function measure(pid, admin) {
  const status = fs.readFileSync(`/proc/${pid}/status`, 'utf8');
  const metrics = await (await fetch(`http://127.0.0.1:${admin}/metrics`)).text();
  const value = name => Number((metrics.match(new RegExp(`^${name} (\\S+)`, 'm')) ?? [0, NaN])[1]);
  return {
    kib: Number(/VmRSS:\s+(\d+)/.exec(status)[1]),
    descriptors: fs.readdirSync(`/proc/${pid}/fd`).length,
    connections: value('sallyport_connections_open'),
    tunnels: value('sallyport_tunnels_open'),
  };
}

export const words = m =>
  `${(m.kib / 1024).toFixed(1)} MiB resident, ${m.descriptors} descriptors, ${m.connections} connections, ${m.tunnels} tunnels`;

// settle(want, ms): asks again until it holds or the time is over; false then.
export async function settle(want, time) {
  const end = Date.now() + time;
  while (!(await want())) {
    if (Date.now() > end) return false;
    await sleep(100);
  }
  return true;
}

// options(argv): --name value ... as an object; numbers where they are numbers.
export function options(argv) {
  const found = {};
  for (let i = 0; i < argv.length; i += 2) {
    const value = argv[i + 1];
    found[argv[i].replace(/^--/, '')] = value !== '' && !Number.isNaN(Number(value)) ? Number(value) : value;
  }
  return found;
}
