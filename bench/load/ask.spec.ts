import { createServer } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import { modelOf, tokensOf } from '../text.mjs';
import { ask } from './ask.mjs';
import { Connection } from './connection.mjs';
import { Tally } from './tally.mjs';

const frame = (seq, event, data) => `id: 1-${seq}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

/** A server that spoils its answers: `spoil` gets the frames of a good one. */
async function serve(spoil) {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      const tokens = [...tokensOf(JSON.parse(body).message, 3)];
      const message = { id: 'm', text: tokens.join(''), status: 'complete' };
      const deltas = tokens.map((text, i) => frame(i + 1, 'delta', { text }));
      const frames = [frame(0, 'created', { messageId: 'm' }), ...deltas, frame(4, 'final', { message })];
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      spoil(frames, response);
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

const send = (frames, response) => response.end(frames.join(''));

describe('ask', () => {
  let server;
  afterEach(() => server.close());

  async function outcome(spoil) {
    server = await serve(spoil);
    const tally = new Tally();
    const connection = new Connection(`http://127.0.0.1:${server.address().port}`);
    await ask({ name: 'Ada', token: 't', connection }, { endpoint: 'openAI', model: modelOf(3, 1) }, tally);
    connection.close();
    return { turns: tally.counts.turns ?? 0, failures: tally.failures };
  }

  it('counts a good answer', async () => {
    expect(await outcome(send)).toEqual({ turns: 1, failures: {} });
  });

  it.each([
    ['a hole', (frames, response) => send(frames.toSpliced(2, 1), response), 'a hole between events'],
    ['a doubled token', (frames, response) => send(frames.toSpliced(2, 0, frames[1]), response), 'an event came twice'],
    ['a wrong text', (frames, response) => send([frames[0], frames[1].replace('0 "', 'x "')], response), 'wrong text'],
    ['a missing final', (frames, response) => send(frames.slice(0, 4), response), 'no final'],
    ['a cut line', (frames, response) => response.write(frames[0], () => response.destroy()), 'cut'],
    ['a refusal', (_, response) => response.destroy(), 'cut'],
  ])('counts %s as a failure', async (_, spoil, reason) => {
    expect(await outcome(spoil)).toEqual({ turns: 0, failures: { [reason]: 1 } });
  });
});
