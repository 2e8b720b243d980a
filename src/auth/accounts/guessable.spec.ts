import { guessable } from './guessable.js';

describe('a password that is made of whose it is', () => {
  const owner = { name: 'Ada Lovelace', email: 'a.lovelace@example.org' };

  it.each([
    'a.lovelace@example.org',
    'A.LOVELACE@Example.org',
    'a.lovelace',
    'alovelace2026',
    'Ada Lovelace',
    'adalovelace!',
    'Lovelace1815',
    'Parley2026',
    '2026-PARLEY',
    'ｐａｒｌｅｙ２０２６',
    'lovelaceada',
    'parleyparley',
    'P4rley2026',
    'l0vel4ce!',
  ])('%s can be guessed', (password) => expect(guessable(password, owner)?.message).toMatch(/^must not be/));

  it.each(['correct horse battery', 'lovelace and babbage', '1234!?=&9876', 'parleyvous2026', 'Ad1815!!'])(
    '%s can not',
    (password) => expect(guessable(password, owner)).toBeUndefined(),
  );

  it.each(['13800138000', '13800138000!', '138001380002026', '13800138000@qq.example'])(
    '%s can be guessed of an address without letters',
    (password) => {
      expect(guessable(password, { name: 'Li', email: '13800138000@qq.example' })?.message).toMatch(/e-mail/);
    },
  );

  it('takes no offence at a name of one or two letters, or none', () => {
    expect(guessable('x1234567', { name: 'X', email: '1@example.org' })).toBeUndefined();
    expect(guessable('12345678!', { name: '4711', email: '1@example.org' })).toBeUndefined();
  });
});
