import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Backends } from '../support/cluster.js';
import { type CollectedSpan, Collector } from '../support/collector.js';
import { eventually } from '../support/eventually.js';
import { Person } from '../support/person.js';
import { build, Server } from '../support/process.js';
import { Provider } from '../support/provider.js';

describe('the trace of a question', () => {
  let provider: Provider;
  let backends: Backends;
  let collector: Collector;
  let folder: string;
  let servers: Server[];
  let env: Record<string, string>;

  beforeAll(async () => {
    build();
    provider = await Provider.start();
    backends = await Backends.start();
    folder = mkdtempSync(join(tmpdir(), 'parley-traced-'));
  });
  afterAll(async () => {
    await backends?.stop();
    await provider?.stop();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    servers = [];
    collector = await Collector.start();
    const traced = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_EXPORTER_OTLP_HEADERS: 'x-key=a%20key' };
    env = { ...backends.space(), ...provider.env, ...traced, DATA_DIR: folder, QUEUE_BACKOFF_MS: '10' };
  });
  afterEach(async () => {
    await Promise.all(servers.map((server) => server.end('SIGKILL')));
    await collector.stop();
  });

  const start = async (more: Record<string, string>) => {
    const server = await Server.start({ ...env, ...more });
    servers.push(server);
    return server;
  };
  const pidOf = (span: CollectedSpan) => Number(span.resource['process.pid']);

  it('goes through ask, queue, worker, model, log and readers, whichever processes do it', async () => {
    const worker = await start({ ROLE: 'worker' });
    const [web, other] = [await start({ ROLE: 'web' }), await start({ ROLE: 'web' })];
    const attempts: string[] = [];
    provider.reply = (call) => (attempts.push('') === 1 ? call.fail(500) : call.say('Hello').finish());
    const ada = await Person.join(web.url);
    const events = await ada.askAll('What nobody else should read');
    const { messageId } = events[0].data;
    await (await ada.at(other.url).resume(messageId, '1-0')).text();

    await collector.named('read answer', 2);
    const answers = await collector.named('process answers', 2);
    const traceId = messageId.replaceAll('-', '');
    expect(new Set(collector.spans.map((span) => span.traceId))).toEqual(new Set([traceId]));
    const of = (name: string) => collector.spans.filter((span) => span.name === name);
    const [ask] = of('ask');
    expect(ask).toMatchObject({ parentSpanId: '', kind: 2, attributes: { 'parley.message.id': messageId } });
    expect(pidOf(ask)).toBe(web.child.pid);

    // On the way in: under the question, in the process that took it.
    for (const name of ['store question', 'open log', 'send answers']) {
      const [span] = of(name);
      expect([name, span.parentSpanId, pidOf(span)]).toEqual([name, ask.spanId, web.child.pid]);
      expect(span.start).toBeGreaterThanOrEqual(ask.start);
    }
    // Through the queue: both attempts, under the span that its job carries.
    const [sent] = of('send answers');
    expect(sent.kind).toBe(4);
    for (const span of answers) {
      expect([span.parentSpanId, pidOf(span), span.kind]).toEqual([sent.spanId, worker.child.pid, 5]);
    }
    const inside = (parent: CollectedSpan) =>
      collector.spans.filter((span) => span.parentSpanId === parent.spanId).map(({ name }) => name);
    const [first, second] = answers.sort((a, b) => a.start - b.start);
    expect(inside(first)).toEqual(['claim', 'build context', 'chat gpt-test']);
    expect(inside(second)).toEqual(['claim', 'build context', 'chat gpt-test', 'store answer', 'close log']);
    expect(second.attributes).toMatchObject({ 'parley.status': 'complete', 'parley.attempt': 2, 'parley.epoch': 2 });
    const [failed, answered] = of('chat gpt-test').sort((a, b) => a.start - b.start);
    expect(failed).toMatchObject({ failed: true, attributes: { 'error.type': 'model_unavailable' }, events: [] });
    expect(answered).toMatchObject({ failed: false, kind: 3, events: ['first token'] });
    expect(answered.attributes).toMatchObject({
      'gen_ai.provider.name': 'openAI',
      'gen_ai.usage.input_tokens': 5,
      'gen_ai.usage.output_tokens': 7,
    });
    // To the readers: who asked, and who resumed elsewhere.
    const readers = of('read answer').sort((a, b) => a.start - b.start);
    expect(readers.map((span) => [span.parentSpanId, pidOf(span)])).toEqual([
      [ask.spanId, web.child.pid],
      [ask.spanId, other.child.pid],
    ]);
    expect(readers[1].attributes['parley.resumed_after']).toBe('1-0');
    // Nothing that people wrote, and to nobody but the collector.
    expect(JSON.stringify(collector.spans)).not.toMatch(/nobody else|Hello/);
    expect(provider.calls.every(({ headers }) => !('traceparent' in headers))).toBe(true);
    expect(collector.headers.every((headers) => headers['x-key'] === 'a key')).toBe(true);
  });

  it('tells of a question that was refused late, and sends what is left at the end', async () => {
    const server = await start({ CONCURRENT_MESSAGE_MAX: '1' });
    provider.reply = undefined;
    const ada = await Person.join(server.url);
    const before = provider.calls.length;
    const running = await ada.ask('One');
    expect((await ada.ask('Two')).status).toBe(429);
    await running.body!.cancel();
    (await provider.call(before)).say('x').finish();
    await collector.named('close log');
    expect(await server.end('SIGTERM')).toBe(0);
    const refused = collector.spans.filter(({ name, failed }) => name === 'ask' && failed);
    expect(refused).toHaveLength(1);
    expect(refused[0].attributes['error.type']).toBe('too_many_concurrent');
  });

  it('is lost with its collector, and nothing else is', async () => {
    const server = await start({});
    collector.status = 400;
    provider.reply = (call) => call.say('Hello').finish();
    const ada = await Person.join(server.url);
    expect((await ada.askAll('Hi')).at(-1)!.event).toBe('final');
    await eventually(() => server.output.includes('traces can not be delivered'));
    await collector.stop();
    expect((await ada.askAll('Hi again')).at(-1)!.event).toBe('final');
    expect(await server.end('SIGTERM')).toBe(0);
  });
});
