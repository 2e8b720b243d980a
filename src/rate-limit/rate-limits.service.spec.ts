import { AppError, dependencyDown } from '../../libs/errors/index.js';
import { HitCounter, type WindowState } from './index.js';
import { Metrics } from '../../libs/metrics/index.js';
import { testConfig } from '../config/config.testing.js';
import { RateLimits, type PolicyName } from './rate-limits.service.js';

/** Windows that never end by themselves; `left` is what they have left. */
class FixedHits extends HitCounter {
  readonly counts = new Map<string, number>();
  left = 41_001;
  down: Error | undefined;

  async hit(key: string, _windowMs: number, amount = 1): Promise<WindowState> {
    if (this.down) throw this.down;
    if (!this.counts.has(key) && amount < 0) return { hits: 0, resetMs: 0 };
    this.counts.set(key, Math.max(0, (this.counts.get(key) ?? 0) + amount));
    return this.peek(key);
  }

  async peek(key: string): Promise<WindowState> {
    if (this.down) throw this.down;
    const hits = this.counts.get(key);
    return hits === undefined ? { hits: 0, resetMs: 0 } : { hits, resetMs: this.left };
  }

  async close(): Promise<void> {}
}

function reply() {
  const headers: Record<string, string> = {};
  return { headers, header: (name: string, value: string) => (headers[name] = value) };
}

const everyPolicy: PolicyName[] = [
  'message-user',
  'message-ip',
  'login',
  'login-account',
  'register',
  'api',
  'tokens-user',
];

async function refusal(promise: Promise<void>): Promise<AppError> {
  const error = await promise.then(
    () => undefined,
    (e: unknown) => e,
  );
  expect(error).toBeInstanceOf(AppError);
  return error as AppError;
}

describe('RateLimits', () => {
  let hits: FixedHits;
  const limits = (env: Record<string, string> = {}) => new RateLimits(hits, testConfig(env), new Metrics());

  beforeEach(() => {
    hits = new FixedHits();
  });

  it('lets the limit pass, then refuses with the seconds that the window has left', async () => {
    const service = limits({ MESSAGE_USER_MAX: '2' });
    await service.consume('message-user', 'u');
    await service.consume('message-user', 'u');
    const error = await refusal(service.consume('message-user', 'u'));
    expect(error).toMatchObject({ code: 'rate_limited', status: 429, retryAfterSeconds: 42 });
    await service.consume('message-user', 'another');
  });

  it('tells limit, window, rest and time, also in a refusal', async () => {
    const service = limits({ MESSAGE_USER_MAX: '1', MESSAGE_USER_WINDOW: '2' });
    const first = reply();
    await service.consume('message-user', 'u', first);
    expect(first.headers).toEqual({
      'RateLimit-Policy': '"message-user";q=1;w=120',
      RateLimit: '"message-user";r=0;t=42',
    });
    const second = reply();
    await refusal(service.consume('message-user', 'u', second));
    expect(second.headers.RateLimit).toBe('"message-user";r=0;t=42');
  });

  it('joins the policies of one answer, each once, the refusing one too', async () => {
    const service = limits({ TOKENS_USER_MAX: '10' });
    const sink = reply();
    await service.consume('message-user', 'u', sink);
    await service.consume('message-user', 'u', sink);
    await service.add('tokens-user', 'u', 12);
    const error = await refusal(service.check('tokens-user', 'u', sink));
    expect(error).toMatchObject({ code: 'token_budget', status: 429, retryAfterSeconds: 42 });
    expect(sink.headers['RateLimit-Policy']).toBe('"message-user";q=100;w=60, "tokens-user";q=10;w=86400');
    expect(sink.headers.RateLimit).toBe('"message-user";r=98;t=42, "tokens-user";r=0;t=42');
  });

  it('check refuses exactly where the window is used up, and counts nothing', async () => {
    const service = limits({ LOGIN_ACCOUNT_MAX: '1' });
    await service.check('login-account', 'k');
    await service.check('login-account', 'k');
    await service.consume('login-account', 'k');
    expect(await refusal(service.check('login-account', 'k'))).toMatchObject({ code: 'rate_limited' });
  });

  it('tells the whole window where none is open', async () => {
    const sink = reply();
    await limits().check('login', 'k', sink);
    expect(sink.headers.RateLimit).toBe('"login";r=50;t=300');
  });

  it('gives a hit back', async () => {
    const service = limits({ LOGIN_MAX: '1' });
    await service.consume('login', 'a');
    await service.giveBack('login', 'a');
    await service.consume('login', 'a');
    await refusal(service.consume('login', 'a'));
  });

  it('keeps policies apart', async () => {
    const service = limits({ LOGIN_MAX: '1', REGISTER_MAX: '1' });
    await service.consume('login', 'a');
    await service.consume('register', 'a');
  });

  it('counts the addresses of one IPv6 /64 together, an IPv4 one alone', async () => {
    const service = limits({ LOGIN_MAX: '1' });
    await service.consume('login', '2001:db8:1:2::1');
    await refusal(service.consume('login', '2001:db8:1:2:ffff::9'));
    await service.consume('login', '2001:db8:1:3::1');
    await service.consume('login', '192.0.2.1');
    await service.consume('login', '192.0.2.2');
    await refusal(service.consume('login', '::ffff:192.0.2.1'));
  });

  it.each(everyPolicy)('%s is off at 0: nothing counted, nothing told', async (policy) => {
    const names: Record<string, string> = { login: 'LOGIN', register: 'REGISTER', api: 'API' };
    const env = `${names[policy] ?? policy.toUpperCase().replace('-', '_')}_MAX`;
    const service = limits({ [env]: '0' });
    const sink = reply();
    for (let i = 0; i < 3; i++) await service.consume(policy, 'k', sink);
    await service.check(policy, 'k', sink);
    await service.add(policy, 'k', 5);
    await service.giveBack(policy, 'k');
    expect(sink.headers).toEqual({});
    expect(hits.counts.size).toBe(0);
  });

  describe('while the counters are away', () => {
    it.each([
      ['and says so', () => dependencyDown('counter')],
      ['and fails in its own way', () => new Error('connection lost to 10.0.0.1')],
    ])('%s', async (_name, error) => {
      hits.down = error();
      const service = limits({ TOKENS_USER_MAX: '5' });
      for (const policy of everyPolicy.filter((name) => name !== 'api')) {
        const refused = await refusal(service.consume(policy, 'k'));
        expect(refused).toMatchObject({ code: 'dependency_down', status: 503 });
        expect(refused.detail).not.toContain('10.0.0.1');
        expect(await refusal(service.check(policy, 'k'))).toMatchObject({ code: 'dependency_down' });
      }
      const sink = reply();
      await service.consume('api', 'k', sink);
      await service.check('api', 'k', sink);
      expect(sink.headers).toEqual({});
      await service.giveBack('login', 'k');
      expect(await refusal(service.add('tokens-user', 'k', 5))).toMatchObject({ code: 'dependency_down' });
    });
  });
});
