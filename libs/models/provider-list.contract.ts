import { type Cache, cacheOver } from '../cache/index.js';
import { memoryStore } from '../cache/memory/store.js';
import { type Dialect, type MakeOptions } from './dialect.testing.js';
import type { Model } from './model.js';
import { Upstream } from './upstream.testing.js';

/** What every model over HTTP tells of its models. */
export function providerListContract(dialect: Dialect): void {
  describe(`models of a provider: ${dialect.name}`, () => {
    let upstream: Upstream;
    let model: Model;
    const make = (options: MakeOptions = {}) => (model = dialect.make(upstream.url, { models: undefined, ...options }));
    const list = (...ids: string[]) => ({ object: 'list', data: ids.map((id) => ({ id, object: 'model' })) });
    const names = async () => (await model.models()).map(({ name }) => name);

    beforeEach(async () => {
      upstream = await Upstream.start();
      upstream.reply = (call) => call.json(200, list('b', 'a'));
      make();
    });
    afterEach(async () => {
      await model.close();
      await upstream.stop();
    });

    it('are those that are configured, and nobody is asked', async () => {
      const models = [{ name: 'y', contextTokens: 1000 }, { name: 'x' }];
      make({ models });
      expect(await model.models()).toEqual([models[0], { name: 'x', contextTokens: undefined }]);
      expect(await model.defaultModel()).toBe('y');
      expect(upstream.calls).toHaveLength(0);
    });

    it('are as the operator says, over what their names tell; those that make embeddings are not offered', async () => {
      const described = { label: 'Our own', description: 'Knows us.', input: ['text' as const], reasoning: false };
      const models = [
        { name: 'e5', kind: 'embedding' as const },
        { name: 'claude-sonnet-4-5', kind: 'chat' as const, contextTokens: 1000, ...described },
      ];
      make({ models });
      const [, { kind, ...info }] = models;
      expect(await model.models()).toEqual([info]);
      expect([model.known('claude-sonnet-4-5'), kind]).toEqual([info, 'chat']);
      expect(await model.defaultModel()).toBe('claude-sonnet-4-5');
    });

    it('are known by their names, also where nobody is asked', () => {
      const { input, reasoning } = model.known('claude-sonnet-4-5');
      expect([input, reasoning]).toEqual([['text', 'image', 'pdf'], true]);
      expect(model.known('y')).toEqual({ name: 'y' });
      expect(upstream.calls).toHaveLength(0);
    });

    it('are known by their names where they were kept by one who knew less', async () => {
      const cache = { wrap: async () => [{ name: 'claude-sonnet-4-5' }] } as unknown as Pick<Cache, 'wrap'>;
      make({ cache });
      expect(await model.models()).toEqual([model.known('claude-sonnet-4-5')]);
    });

    it('are else the provider’s, asked once with the key', async () => {
      expect(await Promise.all([names(), names(), names()])).toEqual(Array(3).fill(['b', 'a']));
      expect(await model.defaultModel()).toBe('b');
      expect(upstream.calls).toHaveLength(1);
      const [name, value] = dialect.key;
      expect(upstream.calls[0].headers[name]).toBe(value);
      expect(upstream.calls[0].path).toMatch(/^\/v1\/models/);
    });

    it('are kept by the address they came from', async () => {
      const cache = cacheOver(memoryStore());
      make({ cache });
      await names();
      const other = await Upstream.start();
      other.reply = (call) => call.json(200, list('c'));
      const second = dialect.make(other.url, { models: undefined, cache });
      expect((await second.models()).map(({ name }) => name)).toEqual(['c']);
      await second.close();
      await other.stop();
    });

    it('are asked again when they could not be had, or there were none', async () => {
      upstream.reply = (call, n) => (n === 0 ? call.json(503, {}) : call.json(200, n === 1 ? list() : list('a')));
      await expect(model.models()).rejects.toMatchObject({ code: 'model_unavailable', retryable: true });
      expect(await names()).toEqual([]);
      expect(await names()).toEqual(['a']);
      expect(upstream.calls).toHaveLength(3);
    });

    it('have no default where there are none', async () => {
      upstream.reply = (call) => call.json(200, list());
      await expect(model.defaultModel()).rejects.toMatchObject({ code: 'model_misconfigured', retryable: false });
    });

    it.each([
      ['a wrong key', 401, {}, 'model_misconfigured'],
      ['a page', 200, '<html>', 'model_broken_stream'],
      ['something else', 200, '"models"', 'model_broken_stream'],
      ['no list', 200, { data: 7 }, 'model_broken_stream'],
      ['a wrong key, with status 200', 200, { error: { code: 401, message: 'invalid key' } }, 'model_misconfigured'],
      [
        'an error beside an empty list',
        200,
        { error: { code: 429, message: 'slow down' }, data: null },
        'model_rate_limited',
      ],
      ['a message instead of a list', 200, { code: 503, message: 'no capacity' }, 'model_unavailable'],
    ])('reject with a ModelError for %s', async (_name, status, body, code) => {
      upstream.reply = (call) => call.json(status, body);
      await expect(model.models()).rejects.toMatchObject({ name: 'ModelError', code });
    });

    it('are taken beside a message that is no error', async () => {
      upstream.reply = (call) => call.json(200, { ...list('a'), code: 0, message: 'ok', error: null });
      expect(await names()).toEqual(['a']);
    });

    it('reject with a ModelError where nobody is there', async () => {
      await upstream.stop();
      await expect(model.models()).rejects.toMatchObject({ code: 'model_unavailable', retryable: true });
    });
  });
}
