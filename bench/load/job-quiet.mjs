// Streams on which nothing happens: one answer runs and holds the only place, `waiting` questions wait behind it, and
// each has `readers` open streams. Measured from when all questions wait to when `seconds` of silence are over.
import { setTimeout as sleep } from 'node:timers/promises';
import { modelOf } from '../text.mjs';
import { Connection } from './connection.mjs';
import { SseReader } from './sse-reader.mjs';

const AT_ONCE = 50;

/** A stream that is only held: when something came last, and the last position. */
class Quiet {
  #connection;
  #before = performance.now();
  created;
  position;
  longestSilence = 0;
  isOpen = false;

  /** Resolves at the first event that is named in `until`. */
  open(url, token, request, until) {
    this.#connection = new Connection(url);
    return new Promise((resolve, reject) => {
      const sign = () => {
        this.longestSilence = Math.max(this.longestSilence, performance.now() - this.#before);
        this.#before = performance.now();
      };
      const reader = new SseReader(({ event, data }) => {
        sign();
        this.isOpen = true;
        if (event === 'created') this.created = JSON.parse(data);
        if (event === 'queued') this.position = JSON.parse(data).position;
        if (until.includes(event)) resolve();
      }, sign);
      const headers = { authorization: `Bearer ${token}` };
      this.#connection
        .request({ ...request, headers }, (text) => reader.feed(text))
        .then(
          ({ status }) => reject(new Error(status === 200 ? 'ended' : `status ${status}`)),
          (error) => {
            this.isOpen = false;
            reject(error);
          },
        );
    });
  }

  settle() {
    this.longestSilence = 0;
    this.#before = performance.now();
  }

  get silence() {
    return Math.max(this.longestSilence, performance.now() - this.#before);
  }

  close() {
    this.#connection.close();
  }
}

export default async function (users, plan, tally, { begin, end }) {
  const streams = [];
  const open = async ({ token }, request, until = ['created', 'queued']) => {
    const stream = new Quiet();
    streams.push(stream);
    await stream.open(plan.url, token, request, until).catch((error) => tally.fail(error.message));
    return stream;
  };
  const question = (message, model) => ({ method: 'POST', path: '/api/ask/openAI', json: { message, model } });

  await open(users[0], question('Hold the only place', modelOf(100_000, 1000)), ['delta']);
  const waiting = [];
  for (let i = 0; i < plan.waiting; i++) {
    const user = users[i % users.length];
    // Its position comes later: where many wait, each is told every few seconds.
    waiting.push({ user, stream: await open(user, question(`Wait ${i}`, modelOf(1, 1000))) });
  }
  begin();
  const wanted = waiting.flatMap((one) => Array.from({ length: plan.readers - 1 }, () => one));
  const readers = [];
  const next = async () => {
    for (let one; (one = wanted.pop());) {
      const path = `/api/streams/${one.stream.created.messageId}`;
      readers.push({ one, stream: await open(one.user, { method: 'GET', path }) });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
  process.send({ phase: 'open' });
  for (const stream of streams) stream.settle();
  await sleep(plan.seconds * 1000);
  end();

  const positions = new Set(waiting.map(({ stream }) => stream.position));
  if (positions.size !== plan.waiting || Math.max(...positions) !== plan.waiting)
    tally.fail('positions are not 1 to N');
  for (const { one, stream } of readers) {
    if (stream.position !== one.stream.position) tally.fail('a reader has another position');
  }
  for (const stream of streams) if (!stream.isOpen) tally.fail('closed');
  tally.facts.added = readers.length;
  tally.facts.longestSilence = Math.max(...streams.slice(1).map(({ silence }) => silence)) / 1000;
  for (const stream of streams) stream.close();
}
