// Another client, which nothing may disturb: a tunnel and a plain request, again and again, until SIGTERM.
// node probe.mjs --port P --from ADDRESS --host HOST; its last line says how many failed and how long they took.
import { get, ms, options, quantile, sleep, tunnel, within } from './wire.mjs';

// What a request may take. Long for a machine that does other things, short against a limit of the gate.
const PATIENCE = 5000;

const way = options(process.argv.slice(2));
const took = [], failures = [];
let over = false;
process.on('SIGTERM', () => { over = true; });

async function tunnelled() {
  (await tunnel(way)).destroy();
  return 200;
}

while (!over) {
  for (const request of [() => tunnelled(), () => get(way)]) {
    const begin = performance.now();
    try {
      const status = await within(PATIENCE, request());
      if (status !== 200) throw new Error('answered ' + status);
      took.push(performance.now() - begin);
    } catch (failure) {
      failures.push(failure.message);
    }
  }
  await sleep(20);
}
took.sort((a, b) => a - b);
console.log(`another client: ${took.length + failures.length} requests, ${failures.length} failed, p50 ${ms(quantile(took, 0.5))}, `
  + `p99 ${ms(quantile(took, 0.99))} ${failures.slice(0, 3).join(', ')}`);
process.exit(failures.length || !took.length ? 1 : 0);
