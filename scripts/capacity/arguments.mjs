import { parseArgs } from 'node:util';

export const HELP = `npm run capacity -- --users N [options]

  --users N                people who are there at once
  --answers-per-minute N   what each of them asks (2)
  --tokens N               tokens of an answer (400)
  --tokens-per-second N    that the model writes (50)
  --peak N                 the busiest minute against the average (2)
  --json                   the figures, for a program

Reckoned from bench/costs.json: npm run bench -- ask hold idle quiet --save-costs measures on this machine.`;

const number = { type: 'string' };

/** Throws, in words, where something is wrong. */
export function parse(argv) {
  const options = { users: number, 'answers-per-minute': number, tokens: number, 'tokens-per-second': number };
  const more = { peak: number, json: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } };
  const { values } = parseArgs({ args: argv, options: { ...options, ...more } });
  const numberOf = (name, otherwise) => {
    if (values[name] === undefined) return otherwise;
    const value = Number(values[name].replaceAll(',', ''));
    if (!(value > 0 && value < 1e9)) throw new Error(`--${name} must be a number above 0`);
    return value;
  };
  if (values.help) return { help: true };
  if (values.users === undefined) throw new Error('--users is missing');
  return {
    users: numberOf('users'),
    answersPerMinute: numberOf('answers-per-minute', 2),
    tokens: numberOf('tokens', 400),
    tokensPerSecond: numberOf('tokens-per-second'),
    peak: numberOf('peak'),
    json: values.json,
  };
}
