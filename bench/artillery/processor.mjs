// What the scenario needs beyond YAML. Artillery reads an answer's events as one text when it is over.
import { readFileSync } from 'node:fs';

const { accounts, password } = JSON.parse(readFileSync(new URL('accounts.json', import.meta.url), 'utf8'));
let next = Math.floor(Math.random() * accounts.length);

/** The next account, in turn. */
export async function chooseAccount({ vars }) {
  vars.email = accounts[next++ % accounts.length];
  vars.password = password;
  vars.endpoint = process.env.ENDPOINT ?? 'demo';
}

/** One `created`, ids without holes, and a `final` with the text that was streamed; else the user counts as failed. */
export async function checkAnswer(request, response, context, events) {
  const blocks = String(response.body)
    .split('\n\n')
    .filter((block) => block.startsWith('id: '));
  let text = '';
  let last;
  blocks.forEach((block, i) => {
    const [, seq, event, data] = /^id: 1-(\d+)\nevent: (\w+)\ndata: (.*)$/.exec(block) ?? [];
    if (Number(seq) !== i) throw new Error('a hole between events');
    if ((event === 'created') !== (i === 0)) throw new Error('created is not the first event');
    if (event === 'delta') text += JSON.parse(data).text;
    last = { event, data };
  });
  if (last?.event !== 'final') throw new Error('no final');
  if (JSON.parse(last.data).message.text !== text) throw new Error('final differs from what was streamed');
  events.emit('counter', 'parley.answers_checked', 1);
}
