// Holds tunnels in which nothing moves, and says what each costs:
// node idle.mjs --tunnels N --port P --admin P --pid GATE --host HOST. Ends with 1 when one is lost or something stays behind.
import { measure, octet, options, quantile, ms, settle, sleep, tunnel, within, words } from './wire.mjs';

// Tunnels that are being opened at a time.
const AT_ONCE = 64;
// Until the numbers rest, what the gate still does after the last tunnel included.
const REST = 2000;
const PATIENCE = 20_000;

const way = options(process.argv.slice(2));
const now = () => measure(way.pid, way.admin);

async function hold(number) {
  const sockets = [], took = [];
  let failed = 0, begun = 0;
  const opener = async () => {
    while (begun < number) {
      begun++;
      const at = performance.now();
      try {
        sockets.push(await within(PATIENCE, tunnel(way)));
        took.push(performance.now() - at);
      } catch (failure) {
        if (failed++ < 3) console.log('  ' + failure.message);
      }
    }
  };
  const at = performance.now();
  await Promise.all(Array.from({ length: AT_ONCE }, opener));
  took.sort((a, b) => a - b);
  console.log(`opened: ${sockets.length} of ${number} tunnels in ${((performance.now() - at) / 1000).toFixed(1)} s, `
    + `p50 ${ms(quantile(took, 0.5))}, p99 ${ms(quantile(took, 0.99))}`);
  return { sockets, failed };
}

// One octet each way through every tunnel.
async function lost(sockets) {
  let gone = 0;
  await Promise.all(sockets.map(async socket => {
    try {
      const back = octet(socket);
      socket.write('y');
      await within(PATIENCE, back);
    } catch {
      gone++;
    }
  }));
  return gone;
}

async function close(sockets) {
  sockets.forEach(socket => socket.destroy());
  const none = await settle(async () => (await now()).connections === 0, PATIENCE);
  await sleep(REST);
  return none;
}

// What the first tunnels cost once: classes, compiled code, buffers.
const warm = await hold(Math.min(200, way.tunnels));
await close(warm.sockets);

const before = await now();
console.log('before: ' + words(before));
const { sockets, failed } = await hold(way.tunnels);
await sleep(REST);
const held = await now();
console.log('held:   ' + words(held));
console.log(`each:   ${((held.kib - before.kib) / sockets.length).toFixed(1)} KiB`);
const gone = await lost(sockets);
console.log(`lost:   ${failed + gone}`);
const none = await close(sockets);
const after = await now();
console.log('closed: ' + words(after));

// What stays resident is used again: the same once more takes no more than the first time.
const again = await hold(way.tunnels);
await sleep(REST);
const heldAgain = await now();
console.log('again:  ' + words(heldAgain));
const goneAgain = again.failed + await lost(again.sockets);
const noneAgain = await close(again.sockets);
const end = await now();
console.log('closed: ' + words(end));

const wrong = [
  [failed + gone + goneAgain, 'tunnels were lost'],
  [held.tunnels !== way.tunnels, 'not every tunnel was counted as open'],
  [!none || !noneAgain || end.tunnels !== 0, 'the gate still counts tunnels as open'],
  [end.descriptors > before.descriptors + 16, 'descriptors stay open'],
  [heldAgain.kib > held.kib * 1.15, 'the second time took more memory than the first'],
].filter(([is]) => is).map(([, what]) => what);
wrong.forEach(what => console.log('wrong: ' + what));
process.exit(wrong.length ? 1 : 0);
