// Idle tunnels and busy ones for a while, under policies that change:
// node soak.mjs --idle N --busy N --seconds S --port P --admin P --pid GATE --policy FILE
// Ends with 1 when a tunnel is lost, or something stays behind. Its last line but the verdict says how many tunnels there were.
import fs from 'node:fs';
import { measure, ms, octet, options, quantile, settle, sleep, tunnel, within, words } from './wire.mjs';

const AT_ONCE = 64;
// A busy tunnel: a block there and back, a pause, and after so many blocks a new tunnel.
const BLOCK = Buffer.alloc(1024, 'y');
const PAUSE = 100;
const BLOCKS = 50;
// Between two policies, and how many lines are printed in all.
const RELOAD_EVERY = 2000;
const LINES = 12;
const PATIENCE = 20_000;

const way = options(process.argv.slice(2));
const idleHost = { ...way, host: 'idle.example.test' }, busyHost = { ...way, host: 'busy.example.test' };
let opened = 0, lost = 0, reloads = 0, over = false;
let took = [], setups = [];

function failed(what, failure) {
  if (lost++ < 5) console.log(`  ${what}: ${failure.message}`);
}

async function open(where) {
  const at = performance.now();
  const socket = await within(PATIENCE, tunnel(where));
  setups.push(performance.now() - at);
  opened++;
  return socket;
}

async function openIdle() {
  const sockets = [];
  let begun = 0;
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    while (begun++ < way.idle) {
      try {
        sockets.push(await open(idleHost));
      } catch (failure) {
        failed('idle', failure);
      }
    }
  }));
  return sockets;
}

async function thereAndBack(socket, block) {
  let left = block.length;
  socket.write(block);
  while (left > 0) left -= (await within(PATIENCE, octet(socket))).length;
}

async function busy() {
  while (!over) {
    try {
      const socket = await open(busyHost);
      for (let i = 0; i < BLOCKS && !over; i++) {
        const at = performance.now();
        await thereAndBack(socket, BLOCK);
        took.push(performance.now() - at);
        await sleep(PAUSE);
      }
      socket.destroy();
    } catch (failure) {
      failed('busy', failure);
      await sleep(PAUSE);
    }
  }
}

async function reload() {
  const text = fs.readFileSync(way.policy, 'utf8');
  while (!over) {
    await sleep(RELOAD_EVERY);
    fs.writeFileSync(way.policy + '.new', text + `# ${++reloads}\n`);
    fs.renameSync(way.policy + '.new', way.policy);
  }
}

async function line(since) {
  const now = await measure(way.pid, way.admin);
  for (const list of [took, setups]) list.sort((a, b) => a - b);
  console.log(`${String(Math.round((performance.now() - since) / 1000)).padStart(6)} s: ${words(now)}; `
    + `round trip p50 ${ms(quantile(took, 0.5))}, p99 ${ms(quantile(took, 0.99))}; `
    + `set-up p50 ${ms(quantile(setups, 0.5))}, p99 ${ms(quantile(setups, 0.99))}; ${reloads} policies, ${lost} lost`);
  took = [];
  setups = [];
  return now;
}

console.log('before:   ' + words(await measure(way.pid, way.admin)));
const idle = await openIdle();
const since = performance.now();
const first = await line(since);
const work = [reload(), ...Array.from({ length: way.busy }, busy)];
for (let i = 0; i < LINES; i++) {
  await sleep(way.seconds * 1000 / LINES);
  await line(since);
}
const gone = (await Promise.allSettled(idle.map(socket => thereAndBack(socket, Buffer.from('y')))))
  .filter(result => result.status === 'rejected').length;
lost += gone;
over = true;
await Promise.all(work);
idle.forEach(socket => socket.destroy());
const none = await settle(async () => (await measure(way.pid, way.admin)).connections === 0, PATIENCE);
const end = await measure(way.pid, way.admin);
console.log('closed:   ' + words(end));
console.log(`tunnels:  ${opened} opened, ${gone} idle ones lost, ${lost} lost in all, ${reloads} policies`);
fs.writeFileSync(way.policy + '.opened', String(opened));
process.exit(lost === 0 && none && end.tunnels === 0 && first.tunnels === way.idle ? 0 : 1);
