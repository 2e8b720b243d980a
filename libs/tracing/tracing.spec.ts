import { randomUUID } from 'node:crypto';
import { Collector } from '../../test/support/collector.js';
import { NO_SPAN, openTracing, type OtlpOptions, traced, type Tracing } from './index.js';

let loaded = 0;
jest.mock('@opentelemetry/sdk-trace', () => {
  loaded++;
  return jest.requireActual('@opentelemetry/sdk-trace');
});

describe('tracing', () => {
  let collector: Collector;
  let open: Tracing[];
  let warnings: string[];

  beforeEach(async () => {
    open = [];
    warnings = [];
    collector = await Collector.start();
  });
  afterEach(async () => {
    await Promise.all(open.map((tracing) => tracing.close()));
    await collector.stop();
  });

  const start = async (options: Partial<OtlpOptions> = {}) => {
    const tracing = await openTracing({
      endpoint: collector.url,
      headers: { 'x-key': 'a key' },
      sampler: 'parentbased_always_on',
      ratio: 1,
      resource: { 'service.name': 'a test' },
      warn: (message) => warnings.push(message),
      ...options,
    });
    open.push(tracing);
    return tracing;
  };

  it('does nothing, and loads nothing, where nobody collects', async () => {
    const tracing = await start({ endpoint: undefined });
    expect(loaded).toBe(0);
    expect(tracing.begin(randomUUID(), 'a')).toBe(NO_SPAN);
    expect(tracing.join(randomUUID(), 'a').child('b')).toBe(NO_SPAN);
    expect(NO_SPAN.traceparent).toBeUndefined();
    await start();
    expect(loaded).toBe(1);
  });

  it('names a trace by its UUID, on each instance alike', async () => {
    const id = '0199ab12-3456-7abc-8def-0123456789ab';
    const [one, other] = [await start(), await start({ headers: {} })];
    const first = one.begin(id, 'first', { kind: 'server', startedAt: Date.now() - 500 });
    other.join(id, 'elsewhere', { attributes: { n: 3, none: undefined } }).end();
    const sent = one.join(id, 'sent', { kind: 'producer' });
    other.join(id, 'taken', { kind: 'consumer', traceparent: sent.traceparent }).end();
    first.child('inside').end();
    for (const span of [sent, first]) span.end();
    await Promise.all(open.map((tracing) => tracing.close()));
    const of = (name: string) => collector.spans.find((span) => span.name === name)!;
    const root = { traceId: '0199ab1234567abc8def0123456789ab', spanId: '8def0123456789ab', parentSpanId: '' };
    expect(of('first')).toMatchObject({ ...root, kind: 2, resource: { 'service.name': 'a test' } });
    expect(of('first').end - of('first').start).toBeGreaterThanOrEqual(500);
    for (const name of ['elsewhere', 'sent', 'inside']) {
      expect(of(name)).toMatchObject({ traceId: root.traceId, parentSpanId: root.spanId });
    }
    expect(of('taken')).toMatchObject({ traceId: root.traceId, parentSpanId: of('sent').spanId, kind: 5 });
    expect(of('elsewhere').attributes).toEqual({ n: 3 });
    expect(collector.headers.some((headers) => 'x-key' in headers)).toBe(true);
  });

  it('notes what failed by its kind, and never by its text', async () => {
    const tracing = await start();
    const failing = traced(tracing.join(randomUUID(), 'failing'), () =>
      Promise.reject(Object.assign(new Error('what people wrote'), { code: 'away' })),
    );
    await expect(failing).rejects.toThrow('what people wrote');
    await tracing.close();
    expect(collector.spans[0]).toMatchObject({ failed: true, attributes: { 'error.type': 'away' } });
    expect(JSON.stringify(collector.spans)).not.toContain('people');
  });

  it('takes a whole trace or none, whoever is asked: of the ratio, and with none of it none', async () => {
    const options = { sampler: 'parentbased_traceidratio', ratio: 0.5 } as const;
    const [one, other] = [await start(options), await start(options)];
    const off = await start({ sampler: 'always_off' });
    for (let i = 0; i < 200; i++) {
      const id = randomUUID();
      const root = one.begin(id, 'root');
      other.join(id, 'by id').end();
      other.join(id, 'by job', { traceparent: root.traceparent }).end();
      root.end();
      off.begin(id, 'off').end();
    }
    await Promise.all(open.map((tracing) => tracing.close()));
    const traces = new Map<string, string[]>();
    for (const { traceId, name } of collector.spans) traces.set(traceId, [...(traces.get(traceId) ?? []), name]);
    for (const names of traces.values()) expect(names.sort()).toEqual(['by id', 'by job', 'root']);
    expect(traces.size).toBeGreaterThan(40);
    expect(traces.size).toBeLessThan(160);
  });

  it('a collector that refuses is told of once, and holds nothing up', async () => {
    collector.status = 400;
    const tracing = await start();
    tracing.begin(randomUUID(), 'lost').end();
    await tracing.close();
    await tracing.close();
    expect(warnings).toEqual([expect.stringContaining('traces can not be delivered')]);
    expect(collector.spans).toEqual([]);
  });
});
