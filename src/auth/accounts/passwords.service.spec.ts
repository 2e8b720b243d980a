import { uncommonPassword } from './auth.schema.js';
import { isCommonPassword } from './common-passwords.js';
import { Passwords } from './passwords.service.js';
import { FairSemaphore } from './fair-semaphore.js';

describe('Passwords', () => {
  const passwords = new Passwords();
  const verify = (hash: string | undefined, password: string) =>
    passwords.turn('ada', (compare) => compare(hash, password));

  it('hashes with argon2id, OWASP’s parameters and a salt of its own', async () => {
    const [a, b] = await Promise.all([passwords.hash('correct horse', 'ada'), passwords.hash('correct horse', 'bob')]);
    expect(a).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(a).not.toBe(b);
    expect(await verify(a, 'correct horse')).toBe(true);
    expect(await verify(a, 'correct horsf')).toBe(false);
  });

  it('takes the same letters however they are composed', async () => {
    const hash = await passwords.hash('Zo\u00eb ﬁnds it', 'ada');
    expect(await verify(hash, 'Zoe\u0308 finds it')).toBe(true);
  });

  it('does the whole work where nobody has a hash, and never says yes', async () => {
    expect(await verify(undefined, '')).toBe(false);
    expect(await verify(undefined, 'correct horse')).toBe(false);
  });
});

describe('a new password', () => {
  const isGood = (text: string) => uncommonPassword.safeParse(text).success;

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

describe('FairSemaphore', () => {
  const room = { all: 10, ofOne: 5 };
  const full = (ofOne: boolean) => new Error(ofOne ? 'full of one' : 'full');
  /** Work that goes on until it is told to end; what has begun, in order. */
  function works() {
    const [begun, ends]: [string[], Array<() => void>] = [[], []];
    const work = (name: string) => async () => {
      begun.push(name);
      await new Promise<void>((resolve) => ends.push(resolve));
      if (name.endsWith('!')) throw new Error('failed');
      return name;
    };
    const endOne = async () => {
      ends.shift()?.();
      await new Promise((resolve) => setImmediate(resolve));
    };
    return { begun, work, endOne };
  }

  it('lets so many in at once, in order, and goes on after a failure', async () => {
    const semaphore = new FairSemaphore(2, room, full);
    const { begun, work, endOne } = works();
    const all = ['a', 'b!', 'c', 'd'].map((name) => semaphore.run(name, work(name)));
    const settled = Promise.allSettled(all);
    expect(begun).toEqual(['a', 'b!']);
    await endOne();
    expect(begun).toEqual(['a', 'b!', 'c']);
    for (let i = 0; i < 3; i++) await endOne();
    expect((await settled).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    expect(await semaphore.run('a', async () => 'free again')).toBe('free again');
  });

  it('lets people take turns, and does one thing of one person at a time', async () => {
    const semaphore = new FairSemaphore(2, room, full);
    const { begun, work, endOne } = works();
    const all = ['ada 1', 'ada 2', 'ada 3', 'ada 4', 'bob 1', 'cy 1', 'bob 2'].map((name) =>
      semaphore.run(name.split(' ')[0], work(name)),
    );
    expect(begun).toEqual(['ada 1', 'bob 1']);
    for (let i = 0; i < 7; i++) await endOne();
    await Promise.all(all);
    // Of the two at work the first ends each time; its place is another's, or the person's own next.
    expect(begun).toEqual(['ada 1', 'bob 1', 'ada 2', 'cy 1', 'bob 2', 'ada 3', 'ada 4']);
  });

  it('rejects who finds no room, for themselves or for anybody', async () => {
    const semaphore = new FairSemaphore(1, { all: 3, ofOne: 2 }, full);
    const { work, endOne } = works();
    const all = ['a', 'a', 'a'].map((name) => semaphore.run(name, work(name)));
    await expect(semaphore.run('a', work('a'))).rejects.toThrow('full of one');
    all.push(semaphore.run('b', work('b')));
    await expect(semaphore.run('c', work('c'))).rejects.toThrow(/^full$/);
    for (let i = 0; i < 4; i++) await endOne();
    expect(await Promise.all(all)).toEqual(['a', 'a', 'a', 'b']);
  });
});
