import { Passwords } from './passwords.js';

/** A check that takes for ever: so many at once are quicker counted than checked. */
jest.mock('@node-rs/argon2', () => ({ verify: () => new Promise(() => {}) }));

describe('Passwords, while many log in at once', () => {
  it('lets 2,000 wait, and refuses one more with when to come again', async () => {
    const passwords = new Passwords();
    const refused: unknown[] = [];
    for (let i = 0; i < 2003; i++) passwords.verify(undefined, 'x').catch((error) => refused.push(error));
    await new Promise(setImmediate);
    expect(refused).toEqual([]);
    await expect(passwords.verify(undefined, 'x')).rejects.toMatchObject({
      code: 'dependency_down',
      status: 503,
      retryAfterSeconds: 2,
    });
  });
});
