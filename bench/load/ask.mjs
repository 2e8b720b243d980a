// One question and its answer, as a client lives through it, checked to the last character.
import { setTimeout as sleep } from 'node:timers/promises';
import { shapeOf, textOf } from '../text.mjs';
import { AnswerCheck } from './answer-check.mjs';
import { SseReader } from './sse-reader.mjs';

const RETRY_MS = 250;
const GIVE_UP_MS = 60_000;
const REFUSED = 'status 503 queue_full';

/** Upstream texts are known; the demo answers with the question in it. */
function checkFor({ endpoint, model, resumes }, question) {
  if (endpoint === 'demo') return new AnswerCheck({ begin: `You asked:\n\n> ${question}`, resets: resumes });
  return new AnswerCheck({ expected: textOf(question, shapeOf(model).count), resets: resumes });
}

let asked = 0;

/**
 * Asks and reads to the end. `user` is `{ connection, token }`. Plan: `endpoint`, `model`; `resumes`: what breaks off is
 * resumed, what is refused for a moment is tried again (else both are failures); `mayRefuse`: where too many wait, that is
 * said, and counted as `refused`. `watch(check)` is called after each piece. Returns the check, or undefined after a failure,
 * which is counted.
 */
export async function ask(user, plan, tally, { due = performance.now(), body = {}, watch } = {}) {
  const question = `Question ${process.pid} ${++asked} of ${user.name}?`;
  const check = checkFor(plan, question);
  const pieces = new Pieces(check, tally, { due, watch });
  const json = { message: question, ...(plan.model && { model: plan.model }), ...body };
  const first = { method: 'POST', path: `/api/ask/${plan.endpoint}`, json, headers: { 'idempotency-key': question } };
  try {
    await untilOver(user, first, check, pieces, plan.resumes);
  } catch (error) {
    if (!check.problem) {
      if (plan.mayRefuse && error.message === REFUSED) {
        tally.count('refused');
        tally.time('refusal', performance.now() - due);
        return undefined;
      }
      tally.fail(error.code ?? error.message);
      return undefined;
    }
  }
  const problem = check.end();
  if (problem) {
    tally.fail(problem);
    user.connection.close();
    return undefined;
  }
  tally.count('turns');
  tally.time('whole', performance.now() - due);
  return check;
}

async function untilOver(user, first, check, pieces, resumes) {
  const authorization = `Bearer ${user.token}`;
  for (const started = performance.now(); ;) {
    const next = check.created
      ? { method: 'GET', path: `/api/streams/${check.created.messageId}`, headers: { 'last-event-id': check.lastId } }
      : first;
    try {
      const request = { ...next, headers: { ...next.headers, authorization } };
      const { status, body } = await user.connection.request(request, pieces.begin());
      if (status !== 200) throw new Error(`status ${status} ${/"code":"(\w+)"/.exec(body)?.[1] ?? ''}`.trim());
      if (check.isOver || check.problem || !resumes) return;
    } catch (error) {
      const isPassing = !/^status 4/.test(error.message);
      if (!resumes || !isPassing || performance.now() - started > GIVE_UP_MS) throw error;
    }
    pieces.tally.count(check.created ? 'resumed' : 'asked again');
    await sleep(RETRY_MS);
  }
}

/** The answer as it comes: when the first token, what time between tokens, how many. */
class Pieces {
  #last = 0;
  #tokens = 0;

  constructor(check, tally, { due, watch }) {
    Object.assign(this, { check, tally, due, watch });
  }

  /** What reads the next response. */
  begin() {
    const reader = new SseReader((event) => this.check.take(event));
    return (text) => {
      reader.feed(text);
      this.#note();
      this.watch?.(this.check);
    };
  }

  #note() {
    const { tokens } = this.check;
    if (tokens <= this.#tokens) return;
    const now = performance.now();
    if (this.#last === 0) this.tally.time('first', now - this.due);
    else this.tally.time('gap', now - this.#last);
    this.tally.count('tokens', tokens - this.#tokens);
    this.#tokens = tokens;
    this.#last = now;
  }
}
