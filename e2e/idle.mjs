// Holds tunnels in which nothing moves, and says what each costs:
// node idle.mjs --tunnels N --port P --admin P --pid GATE --host HOST --warm N, of which N are opened
// and closed before anything is measured. Ends with 1 when one is lost or something stays behind.
import { measure, octet, options, quantile, ms, settle, sleep, tunnel, within, words } from './wire.mjs';

// Tunnels that are being opened at a time.
const AT_ONCE = 64;
const WARM_AT_ONCE = 2_000;
const QUIET = () => {};
// Until the numbers rest, what the gate still does after the last tunnel included.
const REST = 2000;
const PATIENCE = 20_000;
// The gate looks every 10 s whether a peak is over, and malloc gives back every 10 s.
const LOOK = 10_500;
const TIDY = 22_000;
const GIVEN_BACK_WITHIN = 30_000;
// So much of what the tunnels took may stay.
const MAY_STAY = 0.25;

const way = options(process.argv.slice(2));
const now = () => measure(way.pid, way.admin);

async function hold(number, say = console.log) {
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
        if (failed++ < 3) say('  ' + failure.message);
      }
    }
  };
  const at = performance.now();
  await Promise.all(Array.from({ length: AT_ONCE }, opener));
  took.sort((a, b) => a - b);
  say(`opened: ${sockets.length} of ${number} tunnels in ${((performance.now() - at) / 1000).toFixed(1)} s, `
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
  return settle(async () => (await now()).connections === 0, PATIENCE);
}

// Waits until most of what was taken is given back, or for as long as that may take at most; says how it went.
async function givenBack(before, held) {
  const at = performance.now();
  const most = before.kib + MAY_STAY * (held.kib - before.kib);
  const done = await settle(async () => (await now()).kib <= most, GIVEN_BACK_WITHIN);
  const after = await now();
  const stays = Math.max(0, (after.kib - before.kib) / (held.kib - before.kib));
  console.log(`closed: ${words(after)}; ${(stays * 100).toFixed(0)} % of what they took stays `
    + `after ${((performance.now() - at) / 1000).toFixed(0)} s (limit ${MAY_STAY * 100} %)`);
  return { done, after };
}

// What tunnels cost once, whatever their number: classes, compiled code, buffers. A small peak of its own, behind which
// the gate tidies up as behind the others, so that no garbage of the start counts as its memory.
console.log('fresh:  ' + words(await now()));
for (let left = way.warm; left > 0; left -= WARM_AT_ONCE) {
  const warm = await hold(Math.min(WARM_AT_ONCE, left), QUIET);
  // Longer than one look, so that it is seen.
  if (left <= WARM_AT_ONCE) await sleep(LOOK);
  await close(warm.sockets);
}
await sleep(TIDY);

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
const first = await givenBack(before, held);

// The same once more takes no more than the first time.
const again = await hold(way.tunnels);
await sleep(REST);
const heldAgain = await now();
console.log('again:  ' + words(heldAgain));
const goneAgain = again.failed + await lost(again.sockets);
const noneAgain = await close(again.sockets);
const second = await givenBack(before, heldAgain);
const end = second.after;

const wrong = [
  [failed + gone + goneAgain, 'tunnels were lost'],
  [held.tunnels !== way.tunnels, 'not every tunnel was counted as open'],
  [!none || !noneAgain || end.tunnels !== 0, 'the gate still counts tunnels as open'],
  [end.descriptors > before.descriptors + 16, 'descriptors stay open'],
  [!first.done || !second.done, 'too much of the memory stays behind'],
  [heldAgain.kib > held.kib * 1.15, 'the second time took more memory than the first'],
].filter(([is]) => is).map(([, what]) => what);
wrong.forEach(what => console.log('wrong: ' + what));
process.exit(wrong.length ? 1 : 0);
