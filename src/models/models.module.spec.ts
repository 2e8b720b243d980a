import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Test } from '@nestjs/testing';
import { Metrics } from '../../libs/metrics/index.js';
import { ModelRegistry } from '../../libs/models/index.js';
import { hear, question } from '../../libs/models/model.testing.js';
import { openAi } from '../../libs/models/dialect.testing.js';
import { Upstream } from '../../libs/models/upstream.testing.js';
import { ConfigModule } from '../config/config.module.js';
import { testConfig } from '../config/config.testing.js';
import { askedModels } from './configured-models.js';
import { ModelsModule } from './models.module.js';

async function open(env: Record<string, string>) {
  const config = testConfig(env);
  const imports = [ConfigModule.forRoot(config), ModelsModule.forRoot(config)];
  const module = await Test.createTestingModule({ imports }).compile();
  await module.init();
  const metrics = module.get(Metrics, { strict: false });
  return { registry: module.get(ModelRegistry), metrics, close: () => module.close() };
}

describe('ModelsModule', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'parley-models-'));
    file = join(folder, 'parley.yaml');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const endpoints = async (env: Record<string, string>) => {
    const { registry, close } = await open(env);
    await close();
    return registry.all().map(({ name, label, maxConcurrent }) => [name, label, maxConcurrent]);
  };

  it('offers the demo alone where nothing is set', async () => {
    expect(await endpoints({})).toEqual([['demo', 'Demo', undefined]]);
  });

  it('offers what is configured in its order: OpenAI, Anthropic, the file, the demo', async () => {
    const text =
      '{ endpoints: [{ name: b, label: B, baseURL: "http://h/v1", maxConcurrent: 2 }, { name: a, baseURL: "http://h/v1" }] }';
    writeFileSync(file, text);
    expect(await endpoints({ ANTHROPIC_API_KEY: 'k', OPENAI_API_KEY: 'k', CONFIG_FILE: file })).toEqual([
      ['openAI', 'OpenAI', undefined],
      ['anthropic', 'Anthropic', undefined],
      ['b', 'B', 2],
      ['a', 'a', undefined],
      ['demo', 'Demo', undefined],
    ]);
  });

  it('offers each without the others', async () => {
    expect(await endpoints({ DEMO: 'false', OPENAI_BASE_URL: 'http://h/v1' })).toEqual([
      ['openAI', 'OpenAI-compatible', undefined],
    ]);
    expect(await endpoints({ DEMO: 'false', ANTHROPIC_BASE_URL: 'http://h' })).toEqual([
      ['anthropic', 'Anthropic', undefined],
    ]);
  });

  it('makes the demo as it is configured', async () => {
    const { registry, close } = await open({ DEMO_TEXT: 'a b', DEMO_TOKENS: '3', DEMO_TOKENS_PER_SECOND: '100000' });
    expect((await hear(registry.get('demo')!)).text).toBe('a b\n\na');
    await close();
  });

  it('gives providers their keys, models and time-outs, and closes them', async () => {
    const upstream = await Upstream.start();
    const { registry, close } = await open({
      OPENAI_BASE_URL: upstream.url,
      OPENAI_API_KEY: 'sk-openai',
      OPENAI_MODELS: 'x, y',
      ANTHROPIC_BASE_URL: upstream.url,
      ANTHROPIC_API_KEY: 'sk-anthropic',
      ANTHROPIC_MODELS: 'z',
      MODEL_IDLE_SECONDS: '1',
    });
    const [openAI, anthropic] = registry.all();
    expect(await openAI.defaultModel()).toBe('x');
    expect(await anthropic.models()).toEqual([{ name: 'z' }]);

    upstream.reply = (call) => call.send(openAi.say('half'));
    expect((await hear(openAI, question('Hi', { model: 'x' }))).error).toMatchObject({ code: 'model_broken_stream' });
    expect(upstream.calls[0].headers.authorization).toBe('Bearer sk-openai');

    const heard = hear(anthropic, question('Hi', { model: 'z' }));
    const call = await upstream.call(1);
    expect(call.headers['x-api-key']).toBe('sk-anthropic');
    await close();
    expect((await heard).error).toMatchObject({ name: 'ModelError' });
    await call.closed();
    await upstream.stop();
  });

  it('asks a provider for its models where no list is set', async () => {
    const upstream = await Upstream.start();
    upstream.reply = (call) => call.json(200, { data: [{ id: 'found' }] });
    writeFileSync(file, JSON.stringify({ endpoints: [{ name: 'local', baseURL: upstream.url }] }));
    const { registry, close } = await open({ CONFIG_FILE: file, OPENAI_BASE_URL: upstream.url, OPENAI_MODELS: ',' });
    expect(await registry.get('local')!.defaultModel()).toBe('found');
    expect(await registry.get('openAI')!.defaultModel()).toBe('found');
    await close();
    await upstream.stop();
  });

  it('makes one endpoint of several servers, each with its own key and its share', async () => {
    const [a, b] = await Promise.all([Upstream.start(), Upstream.start()]);
    a.reply = (call) => call.json(503, {});
    b.reply = (call) => call.end(openAi.say('from b'), openAi.finish());
    const deployments = [
      { baseURL: a.url, weight: 1000 },
      { name: 'eu', baseURL: b.url, apiKey: 'own', headers: { 'x-zone': 'eu' } },
    ];
    const headers = { 'x-all': 'yes' };
    const local = {
      name: 'local',
      label: 'Local',
      apiKey: 'shared',
      headers,
      maxConcurrent: 3,
      deployments,
      models: ['m'],
    };
    const endpoints = [
      { ...local, fallbacks: ['big/m'] },
      { name: 'big', baseURL: b.url },
    ];
    writeFileSync(file, JSON.stringify({ endpoints }));
    const { registry, close, metrics } = await open({ CONFIG_FILE: file });
    expect([registry.get('local')!.label, registry.limits()]).toEqual(['Local', { local: 3 }]);
    expect(registry.fallbacksOf('local')).toEqual([{ endpoint: 'big', model: 'm' }]);
    expect([registry.fallbacksOf('big'), registry.isFallback('big'), registry.isFallback('local')]).toEqual([
      [],
      true,
      false,
    ]);
    // By weight the first one is asked first, but for one of a thousand times.
    while (a.calls.length === 0) expect((await hear(registry.get('local')!)).text).toBe('from b');
    expect(a.calls[0].headers).toMatchObject({ authorization: 'Bearer shared', 'x-all': 'yes' });
    const headersOfB = { authorization: 'Bearer own', 'x-all': 'yes', 'x-zone': 'eu' };
    expect(b.calls.at(-1)!.headers).toMatchObject(headersOfB);
    const text = String([...(await metrics.figures())]).replaceAll('"', '');
    expect(text).toContain('deployment:1,outcome:model_unavailable},1');
    expect(text).toMatch(/endpoint:local,deployment:eu,outcome:answered},\d/);
    expect(text).not.toContain('127.0.0.1');
    await close();
    await Promise.all([a.stop(), b.stop()]);
  });

  it('asks each server of an endpoint for itself, for the doctor', async () => {
    const deployments = [{ baseURL: 'http://h/v1' }, { name: 'eu', baseURL: 'http://i/v1' }];
    const endpoints = [
      { name: 'local', label: 'L', deployments },
      { name: 'b', baseURL: 'http://h/v1' },
    ];
    writeFileSync(file, JSON.stringify({ endpoints }));
    const models = await askedModels(testConfig({ CONFIG_FILE: file, DEMO: 'false' }));
    expect(models.map(({ name, label }) => [name, label])).toEqual([
      ['local.1', 'L (1)'],
      ['local.eu', 'L (eu)'],
      ['b', 'b'],
    ]);
  });

  it('tells which endpoints have a limit', async () => {
    const text = JSON.stringify({ endpoints: [{ name: 'local', baseURL: 'http://h/v1', maxConcurrent: 3 }] });
    writeFileSync(file, text);
    const { registry, close } = await open({ CONFIG_FILE: file });
    expect(registry.limits()).toEqual({ local: 3 });
    expect(registry.get('constructor')).toBeUndefined();
    await close();
  });
});
