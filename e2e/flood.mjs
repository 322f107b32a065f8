// An allowed client's set-ups, with and without a flood of refused ones beside it:
// node flood.mjs --port P --seconds N --rounds N --kind KIND [--clients 64]
// The kinds are who floods: address (the same address), neighbour (another address), token (another token of the same
// address), crowd (64 addresses). Rounds without and with the flood take turns, so that what else this machine does
// counts for both. A set-up is CONNECT, ClientHello, the origin's first octet. Ends with 1 beyond the ratio.
import { fork } from 'node:child_process';
import { ms, options, quantile, refused, sleep, tunnel, within } from './wire.mjs';

// The p99 with the flood may be so many times that without it.
const MAX_RATIO = 3;
// Between two set-ups.
const PACE = 10;
// Seconds.
const WARM = 3;
const PATIENCE = 10_000;

const way = options(process.argv.slice(2));
const kinds = {
  address: { allowed: { from: '127.0.0.1' }, flooder: () => ({ from: '127.0.0.1' }) },
  neighbour: { allowed: { from: '127.0.0.1' }, flooder: () => ({ from: '127.0.0.2' }) },
  token: { allowed: { from: '127.0.0.1', token: way.allowed }, flooder: () => ({ from: '127.0.0.1', token: way.flooder }) },
  crowd: { allowed: { from: '127.0.0.1' }, flooder: number => ({ from: `127.0.1.${number + 1}` }) },
};

// A process of its own, so that the flood does not slow down him who measures.
async function flood() {
  const count = { answered: 0, failed: 0 };
  let over = false;
  process.on('message', () => { over = true; });
  process.send({ begun: true });
  await Promise.all(Array.from({ length: way.clients }, async (_, number) => {
    const who = { port: way.port, host: 'evil.example.test', ...kinds[way.kind].flooder(number) };
    while (!over) {
      try {
        if (await within(PATIENCE, refused(who)) === 403) count.answered++; else count.failed++;
      } catch {
        count.failed++;
        await sleep(10);
      }
    }
  }));
  process.send(count);
  process.disconnect();
}

async function setups(seconds, took) {
  const end = performance.now() + seconds * 1000;
  let failed = 0;
  while (performance.now() < end) {
    const at = performance.now();
    try {
      (await within(PATIENCE, tunnel({ port: way.port, host: 'allowed.example.test', ...kinds[way.kind].allowed }))).destroy();
      took.push(performance.now() - at);
    } catch (failure) {
      if (failed++ < 3) console.log('  ' + failure.message);
    }
    await sleep(PACE);
  }
  return failed;
}

// Starts one; resolves when it floods, to what ends it and counts.
async function flooder() {
  const child = fork(process.argv[1], [...process.argv.slice(2), '--role', 'flood']);
  const message = () => new Promise(resolve => child.once('message', resolve));
  await message();
  return () => {
    const count = message();
    child.send('stop');
    return count;
  };
}

async function measured() {
  const alone = [], beside = [];
  let failed = 0, answered = 0, flooded = 0;
  const each = way.seconds / way.rounds;
  // Both once before it counts: a program that has just begun is slow for reasons of its own.
  const warm = await flooder();
  failed += await setups(WARM, []);
  await warm();
  for (let round = 0; round < way.rounds; round++) {
    failed += await setups(each, alone);
    const end = await flooder();
    failed += await setups(each, beside);
    const count = await end();
    answered += count.answered;
    flooded += count.failed;
  }
  for (const list of [alone, beside]) list.sort((a, b) => a - b);
  const ratio = quantile(beside, 0.99) / quantile(alone, 0.99);
  const line = list => `p50 ${ms(quantile(list, 0.5))}, p99 ${ms(quantile(list, 0.99))}, ${list.length} set-ups`;
  console.log(`  alone:            ${line(alone)}`);
  console.log(`  beside the flood: ${line(beside)}; ${answered} refusals answered, ${flooded} failed`);
  console.log(`  p99 ratio:        ${ratio.toFixed(2)} (limit ${MAX_RATIO}); ${failed} set-ups failed`);
  process.exit(ratio <= MAX_RATIO && failed === 0 && answered > 0 ? 0 : 1);
}

way.clients ??= 64;
await (way.role === 'flood' ? flood() : measured());
