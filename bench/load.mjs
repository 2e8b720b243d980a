// Asks questions and reads the streams: RATE a second for SECONDS (open loop), or USERS who ask again as soon as they
// are answered (closed loop). Sends what it measured to its parent.
import { Agent, request } from 'node:http';

const { mode, url, tokens, rate, users, seconds } = JSON.parse(process.env.LOAD);
const agent = new Agent({ keepAlive: true, maxSockets: Infinity });
const firstDelta = [];
const whole = [];
const failures = new Map();

function fail(reason) {
  failures.set(reason, (failures.get(reason) ?? 0) + 1);
}

function ask(token) {
  const started = performance.now();
  return new Promise((resolve) => {
    const outgoing = request(`${url}/api/ask/openAI`, {
      method: 'POST',
      agent,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    });
    outgoing.on('error', (error) => resolve(fail(error.code ?? error.message)));
    outgoing.on('response', (response) => {
      let first = 0;
      let tail = '';
      response.setEncoding('latin1');
      response.on('data', (chunk) => {
        if (!first && (tail + chunk).includes('event: delta')) first = performance.now() - started;
        tail = (tail + chunk).slice(-20_000);
      });
      response.on('error', (error) => resolve(fail(error.code)));
      response.on('end', () => {
        if (response.statusCode !== 200) fail(`status ${response.statusCode}`);
        else if (!first || !tail.includes('event: final')) fail('no final');
        else {
          firstDelta.push(first);
          whole.push(performance.now() - started);
        }
        resolve();
      });
    });
    outgoing.end('{"message":"How do I begin?"}');
  });
}

async function openLoop() {
  const asked = [];
  const start = performance.now();
  const total = rate * seconds;
  await new Promise((resolve) => {
    const timer = setInterval(() => {
      const due = Math.min(total, ((performance.now() - start) / 1000) * rate);
      while (asked.length < due) asked.push(ask(tokens[asked.length % tokens.length]));
      if (asked.length >= total) resolve(clearInterval(timer));
    }, 2);
  });
  await Promise.all(asked);
}

async function closedLoop() {
  const end = performance.now() + seconds * 1000;
  await Promise.all(
    Array.from({ length: users }, async (_, i) => {
      while (performance.now() < end) await ask(tokens[i % tokens.length]);
    }),
  );
}

const started = performance.now();
await (mode === 'open' ? openLoop() : closedLoop());
const took = (performance.now() - started) / 1000;
process.send({ firstDelta, whole, failures: [...failures], took }, () => process.exit());
