import type { ModelChunk, TurnPart } from '../models/index.js';
import { answerOf, head, RICH, someChunks } from './dialects.testing.js';
import {
  parseChat,
  parseMessages,
  parseResponses,
  type ProgramRequest,
  wholeChat,
  wholeMessage,
  wholeResponse,
} from './index.js';

const model = 'm';
const seeds = Array.from({ length: 200 }, (_, seed) => someChunks(seed));
const answers = [RICH, ...seeds];

/** The parts of an answer, as its model would have them back. */
const partsOf = (chunks: ModelChunk[]): TurnPart[] =>
  answerOf(chunks, true).blocks.map((block) => {
    if (block.type !== 'text') return block;
    const { logprobs: _, ...part } = block;
    return part;
  });

/** The turn of the assistant, between two of the user. */
function turnOf({ turns }: ProgramRequest): unknown[] {
  expect(turns.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
  expect([turns[0].parts, turns[2].parts]).toEqual([
    [{ type: 'text', text: 'Hi' }],
    [
      { type: 'tool-result', toolCallId: 'c', content: [{ type: 'text', text: 'Four.' }] },
      { type: 'text', text: 'Why?' },
    ],
  ]);
  return turns[1].parts;
}

describe('an answer that a program sends back has its parts', () => {
  it('as messages', () => {
    for (const chunks of answers) {
      const { content } = wholeMessage(head(), answerOf(chunks));
      const messages = [
        { role: 'user', content: 'Hi' },
        { role: 'assistant', content },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Why?' },
            { type: 'tool_result', tool_use_id: 'c', content: 'Four.' },
          ],
        },
      ];
      expect(turnOf(parseMessages({ model, max_tokens: 9, messages }).request)).toEqual(partsOf(chunks));
    }
  });

  it('as responses', () => {
    for (const chunks of answers) {
      const { output } = wholeResponse(head('resp_1'), {}, answerOf(chunks));
      const input = [
        { role: 'user', content: 'Hi' },
        ...output,
        { type: 'function_call_output', call_id: 'c', output: 'Four.' },
        { role: 'user', content: [{ type: 'input_text', text: 'Why?' }] },
      ];
      expect(turnOf(parseResponses({ model, input }).request)).toEqual(partsOf(chunks));
    }
  });

  it('as chat completions, which know thoughts, one text and calls, in this order', () => {
    for (const chunks of answers) {
      const { message } = wholeChat(head(), answerOf(chunks, true)).choices[0];
      const messages = [
        { role: 'user', content: 'Hi' },
        message,
        { role: 'tool', tool_call_id: 'c', content: 'Four.' },
        { role: 'user', content: 'Why?' },
      ];
      const parts = partsOf(chunks);
      const of = (type: string) => parts.filter((part) => part.type === type) as any[];
      const kept = of('reasoning').filter(({ providerMetadata }) => providerMetadata);
      const said = of('reasoning')
        .map(({ text }) => text)
        .filter(Boolean)
        .join('\n\n');
      const words = of('text')
        .map(({ text }) => text)
        .join('\n\n');
      expect(turnOf(parseChat({ model, messages }).request)).toEqual([
        ...(kept.length > 0 ? kept : said ? [{ type: 'reasoning', text: said }] : []),
        ...(words ? [{ type: 'text', text: words }] : []),
        ...of('tool-call'),
      ]);
    }
  });

  it('and what another server of chat completions wants back, as it came', () => {
    const reasoning_details = [
      { type: 'reasoning.summary', summary: 'Adds.', index: 0 },
      { type: 'reasoning.encrypted', data: 'abc', id: 'rs_1', index: 0 },
    ];
    const chunks: ModelChunk[] = [
      { reasoning: 'Adds.' },
      { text: 'Four.' },
      { part: { type: 'reasoning', providerMetadata: { reasoning_details: reasoning_details.slice(0, 1) } } },
      { part: { type: 'reasoning', providerMetadata: { reasoning_details } } },
    ];
    const { message } = wholeChat(head(), answerOf(chunks, true)).choices[0];
    expect(message.reasoning_details).toEqual(reasoning_details);
    const [, turn] = parseChat({ model, messages: [{ role: 'user', content: 'Hi' }, message] }).request.turns;
    expect(turn.parts[0]).toEqual({ type: 'reasoning', text: 'Adds.', providerMetadata: { reasoning_details } });
  });

  it('and what came of a thought after its end, behind it', () => {
    const first = { type: 'reasoning.summary', summary: 'Adds.' };
    const second = { type: 'reasoning.encrypted', data: 'abc' };
    const chunks: ModelChunk[] = [
      { reasoning: 'Adds.' },
      { part: { type: 'reasoning', providerMetadata: { reasoning_details: [first] } } },
      { text: 'Four.' },
      { part: { type: 'reasoning', providerMetadata: { reasoning_details: [first, second] } } },
    ];
    const { content } = wholeMessage(head(), answerOf(chunks));
    const messages = [
      { role: 'user', content: 'Hi' },
      { role: 'assistant', content },
    ];
    expect(parseMessages({ model, max_tokens: 9, messages }).request.turns[1].parts).toEqual([
      { type: 'reasoning', text: 'Adds.', providerMetadata: { reasoning_details: [first] } },
      { type: 'text', text: 'Four.' },
      { type: 'reasoning', text: '', providerMetadata: { reasoning_details: [second] } },
    ]);
  });

  it('and what belongs to a call of a tool, in Gemini’s own field too', () => {
    const extra_content = { google: { thought_signature: 'c2ln' } };
    const toolCall = { toolCallId: 'c', toolName: 'f', input: '{}', providerMetadata: { extra_content } };
    const { message } = wholeChat(head(), answerOf([{ toolCall }], true)).choices[0];
    expect(message.tool_calls?.[0].extra_content).toEqual(extra_content);
    const [, turn] = parseChat({ model, messages: [{ role: 'user', content: 'Hi' }, message] }).request.turns;
    expect(turn.parts).toEqual([{ type: 'tool-call', ...toolCall }]);
  });
});
