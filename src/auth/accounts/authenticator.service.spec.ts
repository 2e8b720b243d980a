import { dependencyDown } from '../../../libs/errors/index.js';
import { testConfig } from '../../config/config.testing.js';
import { AccessTokens } from './access-tokens.service.js';
import type { KeyAuthentication } from './key-authentication.service.js';
import { Authenticator } from './authenticator.service.js';
import { MemorySessionStore } from '../sessions/memory/session-store.js';

describe('Authenticator', () => {
  const tokens = new AccessTokens(testConfig());
  let store: MemorySessionStore;
  let authenticator: Authenticator;
  let touched: string[];

  const auth = { userId: 'user', sessionId: 'session' };
  const header = () => `Bearer ${tokens.issue(auth).token}`;
  const open = (usedMsAgo = 0, userId = 'user') =>
    store.create({
      id: 'session',
      userId,
      createdAt: new Date(),
      lastUsedAt: new Date(Date.now() - usedMsAgo),
      expiresAt: new Date(Date.now() + 60_000),
      address: '',
      userAgent: '',
      usedToken: -1,
    });

  beforeEach(() => {
    store = new MemorySessionStore();
    authenticator = new Authenticator(tokens, store, {
      isAlive: async (id: string) => id === 'good',
    } as KeyAuthentication);
    touched = [];
    const touch = store.touch.bind(store);
    store.touch = async (id) => {
      touched.push(id);
      await touch(id);
    };
  });

  it('looks for a key where something lives by one, and takes none for a person', async () => {
    expect(await authenticator.isAlive('key:good')).toBe(true);
    expect(await authenticator.isAlive('key:gone')).toBe(false);
    const refused = { code: 'scope_missing', status: 403 };
    await expect(authenticator.authenticate('Bearer sk-parley-anything')).rejects.toMatchObject(refused);
    await expect(authenticator.authenticateToken('sk-parley-anything')).rejects.toMatchObject(refused);
  });

  it('needs the session of the token, of the same user', async () => {
    expect(await authenticator.authenticate(header())).toBeUndefined();
    await open(0, 'somebody else');
    expect(await authenticator.authenticate(header())).toBeUndefined();
    await open();
    expect(await authenticator.authenticate(header())).toEqual(auth);
    expect(await authenticator.authenticateToken(tokens.issue(auth).token)).toEqual(auth);
    expect(await authenticator.isAlive('session')).toBe(true);
    await store.remove('session');
    expect(await authenticator.authenticate(header())).toBeUndefined();
    expect(await authenticator.isAlive('session')).toBe(false);
  });

  it('asks no store about a token that is not good', async () => {
    store.get = () => Promise.reject(new Error('was asked'));
    expect(await authenticator.authenticate(undefined)).toBeUndefined();
    expect(await authenticator.authenticate('Bearer nonsense')).toBeUndefined();
  });

  it('notes the use once a minute', async () => {
    await open(30_000);
    await authenticator.authenticate(header());
    expect(touched).toEqual([]);
    await open(61_000);
    await Promise.all([1, 2, 3].map(() => authenticator.authenticate(header())));
    await authenticator.authenticate(header());
    expect(touched).toEqual(['session']);
  });

  it('lets nobody wait for that, nor fail by it', async () => {
    await open(61_000);
    store.touch = () => Promise.reject(dependencyDown('session store'));
    expect(await authenticator.authenticate(header())).toEqual(auth);
  });

  it('rejects where the store is away', async () => {
    store.get = () => Promise.reject(dependencyDown('session store'));
    await expect(authenticator.authenticate(header())).rejects.toMatchObject({ code: 'dependency_down' });
    await expect(authenticator.isAlive('session')).rejects.toMatchObject({ code: 'dependency_down' });
  });
});
