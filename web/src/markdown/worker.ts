// Answers are parsed and code is coloured here, beside the page: whatever it takes, the page goes on.

import { AnswerText } from './answer-text.js';
import type { Job, Report } from './messages.js';
import { type Part, plainPart } from './parts.js';

interface Known {
  answer: AnswerText;
  sent: Part[];
}

/** After so many milliseconds the page gets what there is. */
const SOON = 30;
/** Less is done at once, whatever it is. */
const NO_TIME = 1_000;

const answers = new Map<number, Known>();
const report = (message: Report) => postMessage(message);

const isSame = (a: Part, b: Part | undefined) =>
  b !== undefined && a.nodes === b.nodes && a.wrapper === b.wrapper && a.group === b.group;

function send(id: number, known: Known, parts: Part[], isLast: boolean): void {
  const changed = parts.findIndex((part, at) => !isSame(part, known.sent[at]));
  const from = changed < 0 ? parts.length : changed;
  known.sent = parts;
  report({ id, kind: 'parts', from, parts: parts.slice(from), isLast });
}

function parse({ id, text, hopeless }: Extract<Job, { kind: 'parse' }>): void {
  const known = answers.get(id) ?? { answer: new AnswerText(), sent: [] };
  const isFirst = known.sent.length === 0;
  answers.set(id, known);
  const steps = known.answer.parse(text, hopeless);
  let last = performance.now();
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) return send(id, known, step.value, true);
    if ('parsing' in step.value) {
      if (step.value.parsing.length >= NO_TIME) report({ id, kind: 'begun', source: step.value.parsing });
    } else if (isFirst && performance.now() - last > SOON) {
      send(id, known, step.value.soFar(), false);
      last = performance.now();
    }
  }
}

/** Whatever is wrong with a text, it is shown as it is, and others go on. */
function tryToParse(job: Extract<Job, { kind: 'parse' }>): void {
  try {
    parse(job);
  } catch {
    report({ id: job.id, kind: 'parts', from: 0, parts: [plainPart(job.text, 0)], isLast: true });
    answers.delete(job.id);
  }
}

async function colour({ id, code, language, hopeless }: Extract<Job, { kind: 'colour' }>): Promise<void> {
  if (hopeless.includes(code)) return report({ id, kind: 'coloured', lines: [] });
  const colours = await import('./colours.js').catch(() => null);
  if (!colours) return report({ id, kind: 'failed' });
  report({ id, kind: 'begun', source: code });
  report({ id, kind: 'coloured', lines: colours.colouredLines(code, language) });
}

onmessage = ({ data }: MessageEvent<Job>) => {
  if (data.kind === 'forget') answers.delete(data.id);
  else if (data.kind === 'parse') tryToParse(data);
  // What can't be coloured stays as it is.
  else colour(data).catch(() => report({ id: data.id, kind: 'coloured', lines: [] }));
};
