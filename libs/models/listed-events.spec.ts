import { anthropicReader } from './anthropic-events.js';
import { read } from './answer.testing.js';
import { anthropic, chunk, event, openAi } from './dialect.testing.js';
import { openAiReader } from './openai-events.js';

const objects = (stream: string): unknown[] =>
  [...stream.matchAll(/^data: (\{.*)$/gm)].map(([, data]) => JSON.parse(data) as unknown);
const TEXTS = ['The ', 'tide'];

describe('several events in one list', () => {
  it.each([
    ['of one event', openAiReader, event(objects(openAi.say(...TEXTS) + openAi.finish())) + event('[DONE]')],
    ['that is all of the body', openAiReader, JSON.stringify(objects(openAi.say(...TEXTS) + openAi.finish()))],
    ['over several lines', openAiReader, JSON.stringify(objects(openAi.say(...TEXTS) + openAi.finish()), null, 2)],
    ['of Anthropic’s', anthropicReader, event(objects(anthropic.say(...TEXTS) + anthropic.finish()))],
    [
      'with a ping',
      anthropicReader,
      event([...objects(anthropic.say(...TEXTS)), { type: 'ping' }]) + anthropic.finish(),
    ],
  ])('are an answer: %s', async (_name, reader, said) => {
    expect(await read(reader, [said])).toMatchObject({ text: TEXTS.join(''), error: undefined });
  });

  it('are broken where one of them is garbled', async () => {
    const garbled = { choices: [{ delt: { content: 'tide' } }] };
    const { error } = await read(openAiReader, [
      event([...objects(chunk({ content: 'The ' })), garbled]),
      openAi.finish(),
    ]);
    expect(error).toMatchObject({ code: 'model_broken_stream' });
  });
});
