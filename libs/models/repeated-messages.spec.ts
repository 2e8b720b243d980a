import { read } from './answer.testing.js';
import { chunk, event, openAi } from './dialect.testing.js';
import { openAiReader } from './openai-events.js';

const done = event('[DONE]');
const piece = (content: string) => event({ choices: [{ message: { content } }] });
const whole = (content: string) =>
  event({ object: 'chat.completion', choices: [{ message: { content }, finish_reason: 'stop' }] });
const long = 'All the tides turn. '.repeat(40);

describe('a message behind deltas', () => {
  it.each([
    ['is a piece more', openAi.say('A') + piece('BC') + piece('DE'), 'ABCDE'],
    ['is a piece more, shorter than what came', openAi.say('The tide ') + piece('tu') + piece('rns'), 'The tide turns'],
    ['repeats all', openAi.say('The ', 'tide') + whole('The tide'), 'The tide'],
    ['repeats all and goes on', openAi.say('The ', 'tide') + whole('The tide turns.'), 'The tide turns.'],
    ['has no blank before it', openAi.say(' The ', 'tide') + whole('The tide turns.'), ' The tide turns.'],
    ['has no blank behind it', openAi.say('\n', '\nThe tide\n') + whole('The tide'), '\n\nThe tide\n'],
    ['has its blank behind other words', openAi.say('The ') + whole('The tide'), 'The tide'],
    [
      'repeats what came at each step',
      chunk({ content: 'A' }) + piece('A') + chunk({ content: 'B' }) + piece('AB'),
      'AB',
    ],
    ['repeats much', openAi.say(long) + whole(`${long}At last.`), `${long}At last.`],
    ['leaves out the thoughts', openAi.say('<think>\nhm\n</think>\n', 'Four.') + whole('Four.'), 'Four.'],
    ['leaves out the thoughts of much', openAi.say('<think>\nhm\n</think>\n', long) + whole(long), long],
    ['is empty', openAi.say('A') + whole(''), 'A'],
  ])('%s: nothing is lost, or told twice', async (_name, said, text) => {
    expect(await read(openAiReader, [said, done])).toMatchObject({ text, error: undefined });
  });

  it.each([
    ['from the beginning', openAi.say('The ', 'tide') + whole('A tide turns.')],
    ['amid it', openAi.say(`${long}The tide`) + whole(`${long}A tide turns.`)],
    ['at its end', openAi.say('The tide turns') + whole('The tide')],
  ])('that is called whole and says something else leaves the answer in doubt: %s', async (_name, said) => {
    expect((await read(openAiReader, [said, done])).error).toMatchObject({ code: 'model_broken_stream' });
  });
});
