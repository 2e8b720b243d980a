import { AnthropicBodies } from './anthropic-body.js';
import { claudeVersion } from './claude-version.js';
import { type ModelRequest, type ModelTurn, textTurn } from './model.js';
import { question } from './model.testing.js';
import type { Mends } from './refused-settings.js';

const body = (
  request: Partial<ModelRequest>,
  without: string[] = [],
  models?: ConstructorParameters<typeof AnthropicBodies>[0],
) => {
  const mends: Mends = { without: new Set(without) };
  return JSON.parse(JSON.stringify(new AnthropicBodies(models).body({ ...question(), ...request }, mends)));
};

it.each([
  ['claude-2.1', 2.1],
  ['claude-instant-1.2', 1.2],
  ['claude-3-haiku-20240307', 3],
  ['claude-3-7-sonnet-latest', 3.7],
  ['claude-sonnet-4-20250514', 4],
  ['claude-opus-4-1-20250805', 4.1],
  ['anthropic.claude-opus-4-6-v1', 4.6],
  ['anthropic/claude-sonnet-4.5', 4.5],
  ['claude-fable-5-1', 5.1],
  ['claude-mythos-preview', Infinity],
  ['glm-4.5', NaN],
])('the version in %s is %d', (name, version) => expect(claudeVersion(name)).toBe(version));

describe('AnthropicBodies', () => {
  describe('an effort', () => {
    const adaptive = (effort?: string) => ({
      thinking: { type: 'adaptive', display: 'summarized' },
      ...(effort && { output_config: { effort } }),
    });
    const budget = (budget_tokens: number) => ({ thinking: { type: 'enabled', budget_tokens } });
    it.each([
      ['claude-3-5-sonnet-latest', 'high', {}],
      ['claude-3-7-sonnet-latest', 'high', budget(16_384)],
      ['claude-sonnet-4-5', 'minimal', budget(1024)],
      ['claude-haiku-4-5', 'low', budget(4096)],
      ['claude-opus-4-1', 'medium', budget(8192)],
      ['claude-opus-4-6', 'minimal', adaptive('low')],
      ['claude-opus-4-8', 'high', adaptive('high')],
      ['claude-sonnet-5-5', 'medium', adaptive('medium')],
      ['glm-4.6', 'low', budget(4096)],
      ['claude-sonnet-4-5', 'none', {}],
      ['claude-opus-4-7', 'none', {}],
      ['claude-haiku-5-5', 'none', { thinking: { type: 'disabled' } }],
      ['claude-sonnet-4-5', undefined, {}],
      // It thinks anyway: so that its thoughts are shown.
      ['claude-opus-5-5', undefined, adaptive()],
      ['glm-4.6', undefined, {}],
    ] as const)('goes to %s as it takes it: %s', (model, reasoningEffort, fields) => {
      const { thinking, output_config } = body({ model, reasoningEffort });
      expect({ ...(thinking && { thinking }), ...(output_config && { output_config }) }).toEqual(fields);
    });

    it('leaves the answer a part of the limit, or thinks not at all', () => {
      const model = 'claude-sonnet-4-5';
      expect(body({ model, reasoningEffort: 'high', maxTokens: 5000 })).toMatchObject({
        max_tokens: 5000,
        ...budget(4000),
      });
      expect(body({ model, reasoningEffort: 'high', maxTokens: 1000 }).thinking).toBeUndefined();
    });

    it('leaves no temperature beside it', () => {
      expect(
        body({ model: 'claude-sonnet-4-5', temperature: 0.5, reasoningEffort: 'low' }).temperature,
      ).toBeUndefined();
      expect(body({ model: 'claude-sonnet-4-5', temperature: 0.5, reasoningEffort: 'none' }).temperature).toBe(0.5);
      expect(body({ model: 'claude-opus-4-8', temperature: 0.5 }).temperature).toBeUndefined();
    });

    it('takes the next way where one is refused', () => {
      const none = { model: 'claude-sonnet-5-5', reasoningEffort: 'none' } as const;
      expect(body(none, ['thinking.disabled']).thinking).toEqual({ type: 'between_tools' });
      expect(body(none, ['thinking.disabled', 'thinking.between_tools'])).toMatchObject(adaptive('low'));
      const low = { model: 'claude-opus-4-6', reasoningEffort: 'low' } as const;
      expect(body(low, ['thinking.adaptive'])).toMatchObject(budget(4096));
      expect(body(low, ['display']).thinking).toEqual({ type: 'adaptive' });
      expect(body(low, ['output_config']).output_config).toBeUndefined();
      expect(body(low, ['thinking']).thinking).toBeUndefined();
    });

    it('is as the operator says', () => {
      const models = [
        { name: 'claude-opus-4-6', reasoning: false },
        { name: 'claude-3-5-sonnet', reasoning: true, maxOutputTokens: 6000 },
      ];
      expect(body({ model: 'claude-opus-4-6', reasoningEffort: 'high' }, [], models).thinking).toBeUndefined();
      expect(body({ model: 'claude-3-5-sonnet', reasoningEffort: 'high' }, [], models)).toMatchObject({
        max_tokens: 6000,
        ...budget(4800),
      });
    });
  });

  describe('thoughts of earlier turns', () => {
    const answer: ModelTurn = {
      role: 'assistant',
      parts: [
        { type: 'reasoning', text: 'Hm.', providerMetadata: { signature: 'c2ln' } },
        { type: 'reasoning', text: '', providerMetadata: { redacted: 'RW5j' } },
        { type: 'reasoning', text: 'broken off' },
        { type: 'text', text: 'Four.' },
        { type: 'reasoning', text: 'And?', providerMetadata: { signature: 'c2lo' } },
        { type: 'text', text: '\n\nDone.' },
      ],
    };
    const turns = [
      textTurn('user', '2+2?'),
      answer,
      textTurn('user', 'And 3?'),
      textTurn('assistant', 'Six.'),
      textTurn('user', 'Why?'),
    ];
    const earlier = (request: Partial<ModelRequest>, without?: string[]) =>
      body({ turns, ...request }, without).messages[1].content;
    const blocks = [
      { type: 'thinking', thinking: 'Hm.', signature: 'c2ln' },
      { type: 'redacted_thinking', data: 'RW5j' },
      { type: 'text', text: 'Four.' },
      { type: 'thinking', thinking: 'And?', signature: 'c2lo' },
      { type: 'text', text: '\n\nDone.' },
    ];

    it('go back block for block where this turn thinks', () => {
      expect(earlier({ model: 'claude-sonnet-4-5', reasoningEffort: 'low' })).toEqual(blocks);
      expect(earlier({ model: 'claude-opus-5-5' })).toEqual(blocks);
    });

    it('are left out elsewhere', () => {
      expect(earlier({ model: 'claude-sonnet-4-5' })).toBe('Four.\n\nDone.');
      expect(earlier({ model: 'claude-sonnet-4-5', reasoningEffort: 'none' })).toBe('Four.\n\nDone.');
      expect(earlier({ model: 'claude-haiku-5-5', reasoningEffort: 'none' })).toBe('Four.\n\nDone.');
      expect(earlier({ model: 'claude-opus-5-5' }, ['thoughts'])).toBe('Four.\n\nDone.');
    });
  });

  describe('marks for the cache', () => {
    const cache_control = { type: 'ephemeral' };
    const marked = (text: string) => [{ type: 'text', text, cache_control }];

    it('stand behind the instructions, and behind what stands before the newest question', () => {
      const turns = [
        textTurn('user', 'a'),
        textTurn('assistant', 'b'),
        textTurn('user', 'c'),
        textTurn('assistant', 'd'),
        textTurn('user', 'e'),
      ];
      const { system, messages } = body({ turns, instructions: 'Be kind.' });
      expect(system).toEqual(marked('Be kind.'));
      expect(messages.map(({ content }: any) => content)).toEqual(['a', 'b', 'c', marked('d'), 'e']);
    });

    it('stand at the last block that may have one', () => {
      const answer: ModelTurn = {
        role: 'assistant',
        parts: [
          { type: 'text', text: 'b' },
          { type: 'reasoning', text: 'hm', providerMetadata: { signature: 's' } },
        ],
      };
      const turns = [textTurn('user', 'a'), answer, textTurn('user', 'c')];
      const { messages } = body({ turns, model: 'claude-sonnet-4-5', reasoningEffort: 'low' });
      expect(messages[1].content).toEqual([...marked('b'), { type: 'thinking', thinking: 'hm', signature: 's' }]);
    });

    it('are not there where nothing stands before the question, or they are refused', () => {
      expect(JSON.stringify(body({}))).not.toContain('cache_control');
      const turns = [textTurn('user', 'a'), textTurn('assistant', 'b'), textTurn('user', 'c')];
      const { system, messages } = body({ turns, instructions: 'Be kind.' }, ['cache_control']);
      expect([system, messages[1].content]).toEqual(['Be kind.', 'b']);
    });
  });
});
