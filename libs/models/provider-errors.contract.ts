import type { Dialect } from './dialect.testing.js';
import type { Model } from './model.js';
import { failureOf, hear } from './model.testing.js';
import { type Reply, Upstream } from './upstream.testing.js';

/** What every model over HTTP makes of a bad day. */
export function providerErrorsContract(dialect: Dialect): void {
  describe(`errors of a model over HTTP: ${dialect.name}`, () => {
    let upstream: Upstream;
    let model: Model;
    beforeEach(async () => {
      upstream = await Upstream.start();
      model = dialect.make(upstream.url);
    });
    afterEach(async () => {
      await model.close();
      await upstream.stop();
    });

    const failure = (reply: Reply) => failureOf(upstream, model, reply);
    const { say } = dialect;
    const broken: Array<[string, Reply]> = [
      ['that ends without its end marker', (call) => call.end(say('half'))],
      ['that is empty', (call) => call.end()],
      ['whose connection breaks', (call) => call.breakOff(say('half'), ': ')],
      ['that is a web page', (call) => call.start('text/html').end('<html>Bad gateway</html>')],
      ['that is a web page called a stream', (call) => call.end('<html>Bad gateway</html>')],
      ['that is an endless web page', (call) => call.start('text/html').send('<p>'.repeat(20_000))],
      ['that is JSON without an answer', (call) => call.json(200, { id: 'c1', hello: 'you' })],
      ['that is JSON cut off', (call) => call.json(200, '{"choices":[')],
      ['with events that are no JSON', (call) => call.send(say('half'), 'data: {"choices":[{"del\n\n')],
      [
        'with a line that is a garbled piece of it',
        (call) => call.send(say('half'), 'dat: {"delta":{"content":"a"}}\n'),
      ],
    ];
    it.each(broken)('a stream %s is broken', async (_name, reply) => {
      expect(await failure(reply)).toMatchObject({ code: 'model_broken_stream', retryable: true });
    });

    it.each([
      ['a line', (call) => call.send('data: ', 'x'.repeat(33 * 1024 * 1024))],
      ['an event', (call) => call.send(`data: ${'x'.repeat(1024 * 1024)}\n`.repeat(33))],
      ['a document', (call) => call.start('application/json').send('{"a":"', 'x'.repeat(33 * 1024 * 1024))],
    ] as Array<[string, Reply]>)('%s without an end is given up, and not asked for again', async (_name, reply) => {
      expect(await failure(reply)).toMatchObject({ code: 'model_broken_stream', retryable: false });
    });

    it('a stream that breaks off gives what it had first', async () => {
      const { text, code } = await failure((call) => call.send(say('one')).end(say(' two')));
      expect([text, code]).toEqual(['one two', 'model_broken_stream']);
    });

    it('a connection that is cut before an answer is retryable', async () => {
      expect(await failure((call) => call.cut())).toMatchObject({ code: 'model_unavailable', retryable: true });
    });

    it('a provider that is not there is retryable', async () => {
      const nowhere = dialect.make('http://127.0.0.1:9/v1');
      const { error } = await hear(nowhere);
      expect(error).toMatchObject({ code: 'model_unavailable', retryable: true });
      expect(error.message).toContain('ECONNREFUSED');
      await nowhere.close();
    });

    it('a host that does not exist is retryable, and its address is not told', async () => {
      const nowhere = dialect.make('http://user:hunter22@nowhere.invalid/v1');
      const { error } = await hear(nowhere);
      expect(error).toMatchObject({ code: 'model_unavailable', retryable: true });
      expect(error.message).not.toMatch(/hunter22|nowhere/);
      await nowhere.close();
    });

    it('a key that no header can carry is the operator’s to mend', async () => {
      const wrong = dialect.make(upstream.url, { apiKey: 'line\nbreak' });
      const { error } = await hear(wrong);
      expect(error).toMatchObject({ code: 'model_misconfigured', retryable: false });
      expect(error.message).not.toContain('break');
      await wrong.close();
    });

    describe('in the stream', () => {
      const errors: Array<[string, string, string, boolean]> = [
        ['overloaded_error', 'Overloaded', 'model_unavailable', true],
        ['api_error', 'Internal server error', 'model_unavailable', true],
        ['server_error', 'The server had an error', 'model_unavailable', true],
        ['rate_limit_error', 'Slow down', 'model_rate_limited', true],
        ['authentication_error', 'invalid key', 'model_misconfigured', false],
        ['invalid_request_error', 'prompt is too long: 9 tokens > 8 maximum', 'context_too_long', false],
        ['invalid_request_error', 'something else', 'model_refused', false],
        ['insufficient_quota', 'You exceeded your current quota', 'model_misconfigured', false],
        ['brand_new_error', 'Whatever', 'model_unavailable', true],
      ];
      it.each(errors)('%s (%s) is %s', async (type, message, code, retryable) => {
        const { text, ...found } = await failure((call) => call.send(say('half'), dialect.error(type, message)));
        expect(found).toMatchObject({ code, retryable });
        expect(text).toBe('half');
      });

      it.each([
        [
          'the answer’s body',
          (error: string): Reply =>
            (call) =>
              call.json(200, error),
        ],
        [
          'a line of JSON',
          (error: string): Reply =>
            (call) =>
              call.send(`${error}\n`),
        ],
        [
          'a field of its own',
          (error: string): Reply =>
            (call) =>
              call.send(`error: ${error}\n\n`),
        ],
      ])('may come as %s', async (_name, how) => {
        const error = { error: { code: 400, message: 'the request exceeds the available context size', type: 'x' } };
        expect(await failure(how(JSON.stringify(error)))).toMatchObject({ code: 'context_too_long' });
      });
    });
  });
}
