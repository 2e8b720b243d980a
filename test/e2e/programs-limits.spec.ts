import { Lifecycle } from '../../src/lifecycle/lifecycle.service.js';
import { TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { Queue } from '../../src/queue/index.js';
import { Program } from '../support/program.js';
import { Providers, sayAsAnthropic, sayAsOpenAi } from '../support/programs.js';

jest.setTimeout(120_000);

const messages = [{ role: 'user' as const, content: 'When is high water?' }];
const chatWith = (program: Program, more: object = {}) =>
  program.call('POST', '/v1/chat/completions', { model: 'gpt-test', messages, ...more });
const messageWith = (program: Program) =>
  program.call('POST', '/v1/messages', { model: 'claude-test', max_tokens: 9, messages });

describe('what programs may ask', () => {
  let providers: Providers;
  let app: TestApp;

  beforeAll(async () => {
    providers = await Providers.start();
  });
  afterEach(() => app.stop());
  afterAll(() => providers?.stop());
  beforeEach(() => {
    providers.reset();
    providers.openAi.reply = (call) => sayAsOpenAi(call, { text: 'Noon.' });
    providers.anthropic.reply = (call) => sayAsAnthropic(call, { text: 'Noon.' });
  });
  const start = async (env: Record<string, string> = {}) => {
    app = await TestApp.start({ ...providers.env, REGISTER_MAX: '0', ...env });
    return app.person();
  };

  it('is counted for a person over all keys, and told in each dialect', async () => {
    const ada = await start({ PROGRAM_USER_MAX: '2' });
    const [one, two] = [await Program.of(ada, { scopes: ['chat'] }), await Program.of(ada, { scopes: ['chat'] })];
    expect([(await chatWith(one)).status, (await messageWith(two)).status]).toEqual([200, 200]);
    const [chat, message] = [await chatWith(two), await messageWith(one)];
    expect([chat.status, message.status]).toEqual([429, 429]);
    expect(((await chat.json()) as any).error).toMatchObject({ type: 'rate_limit_error', code: 'rate_limit_exceeded' });
    expect(chat.headers.get('x-ratelimit-remaining-requests')).toBe('0');
    expect(Number(chat.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(((await message.json()) as any).error.type).toBe('rate_limit_error');
    expect(message.headers.get('anthropic-ratelimit-requests-remaining')).toBe('0');
  });

  it('counts in the tokens of a key, once a call: what was used, and nothing where it was refused', async () => {
    const ada = await start();
    const program = await Program.of(ada, { scopes: ['chat'], tokensPerDay: 24 });
    providers.openAi.reply = (call) => call.json(400, { error: { message: 'Bad.' } });
    for (let i = 0; i < 3; i++) expect((await chatWith(program)).status).toBe(400);
    providers.openAi.reply = (call) => sayAsOpenAi(call, { text: 'Noon.' });
    // 12 each.
    expect((await chatWith(program)).status).toBe(200);
    expect(await (await chatWith(program, { stream: true })).text()).toContain('[DONE]');
    await eventually(async () => (await chatWith(program)).status === 429);
    const spent = await chatWith(program);
    expect(spent.headers.get('x-should-retry')).toBe('false');
    expect(((await spent.json()) as any).error.code).toBe('budget_exhausted');
  });

  it('ends with the process: what waits and what runs is told', async () => {
    const ada = await start({ QUEUE_CONCURRENCY: '1' });
    const program = await Program.of(ada, { scopes: ['chat'] });
    providers.openAi.reply = undefined;
    const running = chatWith(program, { stream: true });
    const call = await providers.openAi.call(0);
    call.send('data: {"choices":[{"index":0,"delta":{"content":"Hi"}}]}\n\n');
    const waiting = messageWith(program);
    await eventually(async () => (await app.get(Queue).stats()).waiting === 1);
    await app.get(Lifecycle).drain();
    expect(await (await running).text()).toContain('"code":"draining"');
    const refused = await waiting;
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '2']);
    expect(((await refused.json()) as any).error.type).toBe('overloaded_error');
    await call.closed();
    expect((await chatWith(program)).status).toBe(503);
  });
});
