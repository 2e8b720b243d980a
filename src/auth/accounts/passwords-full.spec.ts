import { Passwords } from './passwords.service.js';

/** A check that takes for ever: so many at once are quicker counted than checked. */
jest.mock('@node-rs/argon2', () => ({ verify: () => new Promise(() => {}) }));

describe('Passwords, while many log in at once', () => {
  it('lets 2,000 wait, and refuses one more with when to come again', async () => {
    const passwords = new Passwords();
    const verify = (person: string) => passwords.turn(person, (compare) => compare(undefined, 'x'));
    const refused: unknown[] = [];
    for (let i = 0; i < 2003; i++) verify(`${i}`).catch((error) => refused.push(error));
    await new Promise(setImmediate);
    expect(refused).toEqual([]);
    await expect(verify('one more')).rejects.toMatchObject({
      code: 'dependency_down',
      status: 503,
      retryAfterSeconds: 2,
    });
  });

  it('lets 200 of one person wait, and still everybody else', async () => {
    const passwords = new Passwords();
    const [refused, verify] = [
      [] as unknown[],
      (person: string) => passwords.turn(person, (compare) => compare(undefined, 'x')),
    ];
    for (let i = 0; i < 202; i++) verify('ada').catch((error) => refused.push(error));
    verify('bob').catch((error) => refused.push(error));
    await new Promise(setImmediate);
    expect(refused).toMatchObject([{ code: 'too_many_concurrent', status: 429, retryAfterSeconds: 2 }]);
  });
});
