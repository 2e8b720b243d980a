import { Logger } from '@nestjs/common';
import { testConfig } from '../../config/config.testing.js';
import { isLoopback } from '../../http/hosts.js';
import { SetupCode } from './setup-code.service.js';
import { MemoryUserStore } from '../users/memory/user-store.js';

const OPEN = { HOST: '0.0.0.0' };

describe('SetupCode', () => {
  let users: MemoryUserStore;
  let said: string[];
  const setup = (env: Record<string, string> = OPEN) => new SetupCode(testConfig(env), users);
  const refused = { code: 'setup_code_required', status: 403 };

  beforeEach(() => {
    users = new MemoryUserStore();
    said = [];
    jest.spyOn(Logger.prototype, 'warn').mockImplementation((text: string) => void said.push(text));
  });
  afterEach(() => jest.restoreAllMocks());

  const registerSomebody = () =>
    users.create({ id: 'id', name: 'A', email: 'a@x.org', passwordHash: 'h', role: 'first' });

  it('is the same wherever the secret is the same', () => {
    expect(setup().code()).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}$/);
    expect(setup().code()).toBe(setup({ HOST: '::' }).code());
    expect(setup().code()).not.toBe(setup({ ...OPEN, JWT_SECRET: 'another-secret-0123456789-0123456789' }).code());
  });

  it('lets the code in, typed somehow, and nothing else', async () => {
    const code = setup().code();
    await setup().check(code, true);
    await setup().check(` ${code.toLowerCase().replaceAll('-', ' ')} `, false);
    const other = code.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
    for (const given of [undefined, '', other, `${code}0`]) {
      await expect(setup().check(given, true)).rejects.toMatchObject(refused);
    }
  });

  it('is not needed straight from this machine, nor once somebody has registered', async () => {
    await setup({ HOST: '127.0.0.1' }).check(undefined, true);
    await registerSomebody();
    await setup().check(undefined, false);
  });

  it.each<Record<string, string>>([
    { TRUST_PROXY: 'loopback' },
    { TRUST_PROXY: '1' },
    { PUBLIC_URL: 'https://chat.example.org' },
  ])('is needed on loopback too with %j', async (more) => {
    await expect(setup({ HOST: '127.0.0.1', ...more }).check(undefined, true)).rejects.toMatchObject(refused);
  });

  it('is printed while somebody may need it: on loopback whoever comes through a proxy', async () => {
    await setup({ HOST: 'localhost' }).announce();
    expect(said).toEqual([expect.stringContaining(setup().code())]);
    await setup({ ...OPEN, ALLOW_REGISTRATION: 'false' }).announce();
    await registerSomebody();
    await setup().announce();
    expect(said).toHaveLength(1);
  });

  it('does not print what the operator chose', async () => {
    await setup({ ...OPEN, SETUP_CODE: 'my-own-code' }).announce();
    expect(said).toEqual([expect.stringContaining('SETUP_CODE')]);
    expect(said[0]).not.toContain('my-own-code');
  });

  it('survives a store that is away', async () => {
    users.everHadUser = () => Promise.reject(new Error('away'));
    await setup().announce();
    expect(said).toEqual([expect.stringContaining('away')]);
  });

  it.each(['127.0.0.1', '127.8.9.10', '::1', 'localhost'])('%s is loopback', (host) => {
    expect(isLoopback(host)).toBe(true);
  });
  it.each(['0.0.0.0', '::', '10.0.0.1', '127.0.0.1.example.org', 'localhost.example.org'])('%s is not', (host) => {
    expect(isLoopback(host)).toBe(false);
  });
});
