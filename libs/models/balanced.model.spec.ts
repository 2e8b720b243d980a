import { BalancedModel, type DeploymentCall } from './balanced.model.js';
import { KEY, openAi } from './dialect.testing.js';
import { type Model, ModelError } from './model.js';
import { begin, hear, question } from './model.testing.js';
import { providerModelContract } from './provider-model.contract.js';
import { Upstream } from './upstream.testing.js';

/** What holds for a model over HTTP holds for one of which there is one deployment. */
providerModelContract({
  ...openAi,
  name: 'balanced',
  make: (baseURL, options) => {
    const model = openAi.make(baseURL, options);
    const { name, label, maxConcurrent } = model;
    return new BalancedModel({ name, label, maxConcurrent, deployments: [{ name: '1', weight: 1, model }] });
  },
});

const REFUSED = 'http://127.0.0.1:9/v1';

describe('a model over several deployments', () => {
  let upstreams: Upstream[];
  let model: Model;
  let calls: DeploymentCall[];
  const counts = () => upstreams.map((upstream) => upstream.calls.length);
  const outcomes = () => calls.map(({ deployment, outcome }) => `${deployment} ${outcome}`);
  /** `weights`: those that come first are asked first where theirs are so much larger. */
  const open = (weights: number[], urls = upstreams.map(({ url }) => url), firstByteMs = 20_000) => {
    const deployments = weights.map((weight, i) => {
      const label = `Local (${'abc'[i]})`;
      return { name: 'abc'[i], weight, model: openAi.make(urls[i], { label, connection: { firstByteMs } }) };
    });
    calls = [];
    model = new BalancedModel({ name: 'local', label: 'Local', deployments, onCall: (call) => calls.push(call) });
  };
  /** The first is practically always chosen first, the third last. */
  const IN_ORDER = [1e12, 1, 1e-12];
  const says = (i: number, text: string) =>
    (upstreams[i].reply = (call) => call.end(openAi.say(text) + openAi.finish()));
  const fails = (i: number, status: number, headers?: Record<string, string>) =>
    (upstreams[i].reply = (call) => call.json(status, { error: { message: 'no' } }, headers));

  beforeEach(async () => {
    upstreams = await Promise.all([Upstream.start(), Upstream.start(), Upstream.start()]);
    [0, 1, 2].forEach((i) => says(i, 'abc'[i]));
  });
  afterEach(async () => {
    await model.close();
    await Promise.all(upstreams.map((upstream) => upstream.stop()));
  });

  it.each([429, 500, 502, 503, 529, 408])('asks the next one after a %i', async (status) => {
    open(IN_ORDER);
    fails(0, status);
    expect(await hear(model)).toMatchObject({ text: 'b', error: undefined });
    expect(counts()).toEqual([1, 1, 0]);
    expect(calls[0].restMs).toBeGreaterThan(9000);
    expect(outcomes()).toEqual([`a model_${status === 429 ? 'rate_limited' : 'unavailable'}`, 'b answered']);
  });

  it('asks the next one where one can’t be reached, is cut off or says nothing', async () => {
    open(IN_ORDER, [REFUSED, upstreams[1].url, upstreams[2].url], 500);
    upstreams[1].reply = (call) => call.cut();
    expect((await hear(model)).text).toBe('c');
    await model.close();
    open(IN_ORDER, undefined, 500);
    upstreams[0].reply = undefined;
    says(1, 'b');
    expect((await hear(model)).text).toBe('b');
    await upstreams[0].calls[0].closed();
  });

  it('asks the next one where an account has no credit left', async () => {
    open(IN_ORDER);
    upstreams[0].reply = (call) => call.json(429, { error: { code: 'insufficient_quota', message: 'pay' } });
    expect((await hear(model)).text).toBe('b');
  });

  it.each([400, 401, 403, 404, 413, 422])('asks no other after a %i, and lets the one work on', async (status) => {
    open(IN_ORDER);
    fails(0, status);
    expect((await hear(model)).error.retryable).toBe(false);
    await hear(model);
    expect(counts()).toEqual([2, 0, 0]);
    expect(calls[0].restMs).toBeUndefined();
  });

  it('asks no other once something has come', async () => {
    open(IN_ORDER);
    upstreams[0].reply = (call) => call.breakOff(openAi.say('half'));
    expect(await hear(model)).toMatchObject({ text: 'half', error: { code: 'model_broken_stream' } });
    upstreams[0].reply = (call) => call.end(openAi.say('half') + openAi.error('server_error', 'overloaded'));
    expect(await hear(model)).toMatchObject({ text: 'half', error: { code: 'model_unavailable' } });
    upstreams[0].reply = (call) => call.breakOff(': nothing yet\n\n');
    expect((await hear(model)).error).toMatchObject({ code: 'model_broken_stream' });
    expect(counts()).toEqual([3, 0, 0]);
  });

  it('tells of the last one that failed, without addresses and keys, when it is to be asked again', async () => {
    open(IN_ORDER.slice(0, 2));
    fails(0, 503, { 'retry-after': '3' });
    fails(1, 429, { 'retry-after': '40' });
    const passed: ModelError[] = [];
    const { error } = await hear(model, question('Hi', { onPassedOver: (error) => passed.push(error) }));
    expect(error).toMatchObject({ name: 'ModelError', code: 'model_rate_limited', retryable: true, free: true });
    expect(error.message).toContain('Local (b)');
    expect(error.message).not.toMatch(new RegExp(`127\\.0|${KEY}`));
    // The other one is back sooner.
    expect(error.retryAfterMs).toBeGreaterThan(2000);
    expect(error.retryAfterMs).toBeLessThanOrEqual(3000);
    expect(passed).toMatchObject([{ code: 'model_unavailable', free: true }]);
  });

  it('leaves one that failed alone for a while, and where all rest asks the one that is back soonest, alone', async () => {
    open([1e12, 1]);
    fails(0, 503, { 'retry-after': '30' });
    await hear(model);
    expect((await hear(model)).text).toBe('b');
    expect(counts()).toEqual([1, 2, 0]);
    fails(1, 503, { 'retry-after': '20' });
    await hear(model);
    expect(counts()).toEqual([1, 3, 0]);
    says(1, 'back');
    expect((await hear(model)).text).toBe('back');
    expect((await hear(model)).text).toBe('back');
    expect(counts()).toEqual([1, 5, 0]);
  });

  it('gives each its share by weight, and keeps what belongs together in one place', async () => {
    open([3, 1]);
    for (let i = 0; i < 40; i++) await Promise.all(Array.from({ length: 10 }, () => hear(model)));
    const [a, b] = counts();
    expect(a + b).toBe(400);
    // 300 are expected; beyond ten deviations it is no chance.
    expect(a).toBeGreaterThan(213);
    expect(a).toBeLessThan(387);
    const keys = Array.from({ length: 20 }, (_, i) => `conversation ${i}`);
    const texts = () => Promise.all(keys.map(async (cacheKey) => (await hear(model, question('', { cacheKey }))).text));
    const first = await texts();
    expect(new Set(first)).toEqual(new Set(['a', 'b']));
    expect(await texts()).toEqual(first);
  });

  it('ends at once where it is aborted, and asks no other', async () => {
    open(IN_ORDER);
    upstreams[0].reply = undefined;
    const controller = new AbortController();
    const next = begin(model, question(), controller.signal).next();
    const call = await upstreams[0].call();
    const reason = new Error('stopped');
    controller.abort(reason);
    await expect(next).rejects.toBe(reason);
    await call.closed();
    expect(counts()).toEqual([1, 0, 0]);
    // That says nothing about the one that was asked.
    says(0, 'a');
    expect((await hear(model)).text).toBe('a');
    expect(outcomes()).toEqual(['a answered']);
  });

  it('sends what a provider wants back to the deployment that made it, and to no other', async () => {
    const asked: unknown[] = [];
    const fake = (name: string) =>
      Object.assign(openAi.make(REFUSED), {
        async *stream({ turns }: any) {
          asked.push(turns[0].parts);
          yield { part: { type: 'reasoning', begins: true, providerMetadata: { signature: name } } };
        },
      });
    const deployments = ['a', 'b'].map((name, i) => ({ name, weight: IN_ORDER[i], model: fake(name) as Model }));
    model = new BalancedModel({ name: 'local', label: 'Local', deployments });
    const first = await begin(model).next();
    const { providerMetadata } = (first.value as any).part;
    expect(providerMetadata).toEqual({ signature: 'a', deployment: 'a' });
    const thought = (providerMetadata: Record<string, unknown>) => ({
      type: 'reasoning' as const,
      text: '',
      providerMetadata,
    });
    const call = { type: 'tool-call' as const, toolCallId: '1', toolName: 'f', input: '{}' };
    const foreign = { signature: 'b', deployment: 'b' };
    const parts = [
      thought(providerMetadata),
      thought(foreign),
      thought({ signature: '?' }),
      { ...call, providerMetadata: foreign },
    ];
    await begin(model, question('', { turns: [{ role: 'assistant', parts }] })).next();
    expect(asked[1]).toEqual([
      thought({ signature: 'a' }),
      thought({ signature: '?' }),
      { ...call, providerMetadata: undefined },
    ]);
  });

  describe('what is handed on', () => {
    const forward = async (signal = new AbortController().signal) => {
      const { status, body } = await model.forward('/embeddings', { input: 'x' }, signal);
      const chunks: Buffer[] = [];
      for await (const chunk of body) chunks.push(chunk);
      return [status, Buffer.concat(chunks).toString()];
    };

    it('goes to the next one after a 429, a 500 or a connection that fails, and comes as it is', async () => {
      open([1e12, 1, 1e-12], [REFUSED, upstreams[1].url, upstreams[2].url]);
      fails(1, 429);
      upstreams[2].reply = (call) => call.json(200, 'as it is');
      expect(await forward()).toEqual([200, 'as it is']);
      await upstreams[1].calls[0].closed();
      expect(upstreams[2].calls[0].body).toEqual({ input: 'x' });
      expect(outcomes()).toEqual(['a model_unavailable', 'b model_rate_limited', 'c answered']);
      expect(await forward()).toEqual([200, 'as it is']);
      expect(counts()).toEqual([0, 1, 2]);
    });

    it('is refused once for good, and by the last one', async () => {
      open(IN_ORDER);
      fails(0, 400);
      expect((await forward())[0]).toBe(400);
      expect(counts()).toEqual([1, 0, 0]);
      [0, 1, 2].forEach((i) => fails(i, 500 + i));
      expect((await forward())[0]).toBe(502);
    });

    it('fails where no one can be reached', async () => {
      open(IN_ORDER, [REFUSED, REFUSED, REFUSED]);
      await expect(forward()).rejects.toMatchObject({ code: 'model_unavailable', free: true });
      expect(outcomes()).toHaveLength(3);
    });
  });

  it('offers what one of them tells', async () => {
    const settings = { models: undefined };
    const deployments = [0, 1].map((i) => {
      return { name: `${i}`, weight: 1, model: openAi.make(upstreams[i].url, { ...settings, name: `t${i}` }) };
    });
    model = new BalancedModel({ name: 'local', label: 'Local', maxConcurrent: 3, deployments });
    fails(0, 503);
    upstreams[1].reply = (call) => call.json(200, { data: [{ id: 'found' }] });
    expect(await model.defaultModel()).toBe('found');
    expect(await model.models()).toMatchObject([{ name: 'found' }]);
    expect(counts()).toEqual([1, 1, 0]);
    expect([model.dialect, model.maxConcurrent, model.known('x').name]).toEqual(['openai', 3, 'x']);
  });
});
