import { DemoModel } from './demo.model.js';
import type { ModelRequest, ModelTurn } from './model.js';
import { hear, hearParts, question } from './model.testing.js';

const model = new DemoModel({ tokensPerSecond: 1e9 });
const inputSchema = { type: 'object', properties: {} };
const tools = ['get_tide', 'tide', 'moon'].map((name) => ({ name, inputSchema }));
const call = (toolName: string, input: string) => ({
  ...{ type: 'tool-call', toolCallId: expect.stringMatching(/^call_\w{32}$/), toolName, input },
});

it.each<[string, Partial<ModelRequest>, string | undefined, string]>([
  ['Call tide.', {}, 'tide', '{}'],
  ['What does get_tide say of {"port": "Em{den"}, and {"x":1}?', {}, 'get_tide', '{"port": "Em{den"}'],
  ['moon {no JSON} {"a":{"b":[1]}}', {}, 'moon', '{"a":{"b":[1]}}'],
  ['MOON, tide', {}, 'tide', '{}'],
  ['tides and tide-tables', {}, undefined, ''],
  ['Hello.', { toolChoice: 'required' }, 'get_tide', '{}'],
  ['tide', { toolChoice: { toolName: 'moon' } }, 'moon', '{}'],
  ['tide', { toolChoice: 'none' }, undefined, ''],
  ['tide', { tools: [] }, undefined, ''],
])('to %j with %j it calls %s', async (asked, more, toolName, input) => {
  const { parts, usage, finishReason } = await hearParts(model, question(asked, { tools, ...more }));
  if (toolName === undefined) return expect([parts[0].type, finishReason]).toEqual(['text', 'stop']);
  expect([parts, finishReason]).toEqual([[call(toolName, input)], 'tool-calls']);
  expect(usage!.outputTokens).toBeGreaterThan(0);
});

it('names the results that it is given', async () => {
  const turns: ModelTurn[] = [
    ...question('tide and moon').turns,
    {
      role: 'assistant',
      parts: ['tide', 'moon'].map((toolName) => ({
        type: 'tool-call',
        toolCallId: `c-${toolName}`,
        toolName,
        input: '{}',
      })),
    },
    {
      role: 'user',
      parts: [
        { type: 'tool-result', toolCallId: 'c-tide', content: [{ type: 'text', text: 'noon' }] },
        { type: 'tool-result', toolCallId: 'c-moon', content: [], isError: true },
      ],
    },
  ];
  const { text, finishReason } = await hear(model, question('', { turns, tools, toolChoice: 'required' }));
  expect([text, finishReason]).toEqual(['`tide` answered: noon\n\n`moon` failed: nothing', 'stop']);
});

it('writes JSON by a schema', async () => {
  const schema = {
    type: 'object',
    properties: {
      port: { type: 'string' },
      hours: { type: 'array', items: { type: 'integer', minimum: 3 }, minItems: 2 },
      kind: { enum: ['spring', 'neap'] },
      of: { anyOf: [{ type: 'null' }, { type: 'string' }] },
      is: { type: ['boolean', 'null'] },
    },
  };
  const said = async (responseFormat: ModelRequest['responseFormat']) =>
    JSON.parse((await hear(model, question('Emden?', { responseFormat }))).text);
  expect(await said({ type: 'json-schema', name: 'tide', schema })).toEqual({
    ...{ port: 'Emden?', hours: [3, 3], kind: 'spring', of: null, is: true },
  });
  expect(await said({ type: 'json' })).toEqual({ answer: 'Emden?' });
});

it('ends before a sequence that is to stop it', async () => {
  const demo = new DemoModel({ text: 'a b ### c', tokensPerSecond: 1e9 });
  const heard = async (stop: string[]) => {
    const { parts, finishReason, stopSequence } = await hearParts(demo, question('Hi', { stop }));
    return [parts.map((part) => (part as { text: string }).text).join(''), finishReason, stopSequence];
  };
  expect(await heard(['c', '###'])).toEqual(['a b', 'stop', '###']);
  expect(await heard(['a'])).toEqual(['', 'stop', 'a']);
  expect(await heard(['x'])).toEqual(['a b ### c', 'stop', undefined]);
});

it('has no provider to whom a call could be handed on', async () => {
  expect(model.dialect).toBeUndefined();
  const handed = model.forward('/chat/completions', {}, new AbortController().signal);
  await expect(handed).rejects.toMatchObject({ name: 'ModelError', code: 'model_refused', free: true });
});
