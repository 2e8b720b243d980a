import { isCommonPassword } from './common-passwords.js';
import { newPassword } from './fields.js';
import { Passwords } from './passwords.js';
import { Turnstile } from './turnstile.js';

describe('Passwords', () => {
  const passwords = new Passwords();

  it('hashes with argon2id, OWASP’s parameters and a salt of its own', async () => {
    const [a, b] = await Promise.all([passwords.hash('correct horse'), passwords.hash('correct horse')]);
    expect(a).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(a).not.toBe(b);
    expect(await passwords.verify(a, 'correct horse')).toBe(true);
    expect(await passwords.verify(a, 'correct horsf')).toBe(false);
  });

  it('takes the same letters however they are composed', async () => {
    const hash = await passwords.hash('Zo\u00eb ﬁnds it');
    expect(await passwords.verify(hash, 'Zoe\u0308 finds it')).toBe(true);
  });

  it('does the whole work where nobody has a hash, and never says yes', async () => {
    expect(await passwords.verify(undefined, '')).toBe(false);
    expect(await passwords.verify(undefined, 'correct horse')).toBe(false);
  });
});

describe('a new password', () => {
  const isGood = (text: string) => newPassword.safeParse(text).success;

  it.each([
    '12345678',
    'password1',
    'Password123',
    'qwertyuiop',
    'QWERTYUIOP',
    'iloveyou',
    '1q2w3e4r',
    'ｐａｓｓｗｏｒｄ',
  ])('%s is too common', (text) => {
    expect(isCommonPassword(text.normalize('NFKC'))).toBe(true);
    expect(isGood(text)).toBe(false);
  });

  it('is counted in characters as people see them', () => {
    expect(isGood('🐎🔋🐎🔋🐎🔋🐎')).toBe(false);
    expect(isGood('🐎🔋🐎🔋🐎🔋🐎🔋')).toBe(true);
    expect(isGood('🐎'.repeat(128))).toBe(true);
    expect(isGood('🐎'.repeat(129))).toBe(false);
    expect(isGood('tr0ub4dor&3')).toBe(true);
  });
});

describe('Turnstile', () => {
  it('lets so many in at once, in order, and goes on after a failure', async () => {
    const turnstile = new Turnstile(2, 10, () => new Error('full'));
    const [begun, ends]: [number[], Array<() => void>] = [[], []];
    let most = 0;
    let running = 0;
    const all = Array.from({ length: 6 }, (_, i) =>
      turnstile.pass(async () => {
        begun.push(i);
        most = Math.max(most, ++running);
        await new Promise<void>((resolve) => ends.push(resolve));
        running--;
        if (i === 1) throw new Error('failed');
        return i;
      }),
    );
    const settled = Promise.allSettled(all);
    while (begun.length < 6 || running > 0) {
      ends.shift()?.();
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect((await settled).map(({ status }) => status === 'fulfilled')).toEqual([true, false, true, true, true, true]);
    expect(begun).toEqual([0, 1, 2, 3, 4, 5]);
    expect(most).toBe(2);
    expect(await turnstile.pass(async () => 'free again')).toBe('free again');
  });

  it('rejects who finds the line full', async () => {
    const turnstile = new Turnstile(1, 1, () => new Error('full'));
    let end = () => {};
    const first = turnstile.pass(() => new Promise<void>((resolve) => (end = resolve)));
    const second = turnstile.pass(async () => 2);
    await expect(turnstile.pass(async () => 3)).rejects.toThrow('full');
    end();
    await first;
    expect(await second).toBe(2);
  });
});
