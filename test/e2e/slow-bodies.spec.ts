import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { Authenticator } from '../../src/auth/accounts/authenticator.service.js';
import { Conversations } from '../../src/chat/store/index.js';
import { TestApp } from '../support/app.js';
import { eventually } from '../support/eventually.js';
import { PASSWORD, type Person } from '../support/person.js';
import { Provider } from '../support/provider.js';

/** A session is looked at when the headers have come; their body may take minutes. */
describe('a question whose body comes slowly', () => {
  let provider: Provider;
  let app: TestApp;
  let ada: Person;

  beforeAll(async () => {
    provider = await Provider.start();
    app = await TestApp.start(provider.env);
    // The first account is the admin, who can't be deleted while others remain.
    await app.person('Admin');
  });
  afterAll(async () => {
    await app?.stop();
    await provider?.stop();
  });
  beforeEach(async () => {
    provider.calls.length = 0;
    provider.reply = (call) => call.say('Yes').finish();
    ada = await app.person();
  });
  afterEach(() => jest.restoreAllMocks());

  /** Headers and half of the body; resolves when the server has let them in. `rest` sends the other half. */
  async function begin() {
    const authenticated = jest.spyOn(app.get(Authenticator), 'authenticate');
    const body = JSON.stringify({ message: 'my secret question' });
    const headers = {
      authorization: `Bearer ${ada.token}`,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    };
    const asking = request(`${app.url}/api/ask/openAI`, { method: 'POST', headers });
    const answered = once(asking, 'response');
    asking.write(body.slice(0, 10));
    await eventually(() => authenticated.mock.results.length > 0);
    const begunAt = performance.now();
    const rest = async (afterMs = 0): Promise<number> => {
      await eventually(() => performance.now() - begunAt >= afterMs);
      asking.end(body.slice(10));
      const [response] = (await answered) as [IncomingMessage];
      response.resume();
      await once(response, 'close');
      return response.statusCode!;
    };
    return { rest };
  }
  const stored = () => app.get(Conversations).idsOfUser(ada.user.id, 10);

  it('is stored where the session stands', async () => {
    const { rest } = await begin();
    expect(await rest(1100)).toBe(200);
    expect(await stored()).toHaveLength(1);
  });

  it('is refused where the session ended meanwhile', async () => {
    const { rest } = await begin();
    await ada.call('POST', '/api/auth/logout', {});
    expect(await rest(1100)).toBe(401);
    expect(await stored()).toEqual([]);
  });

  it('leaves nothing behind where the account was deleted in this moment', async () => {
    const { rest } = await begin();
    expect((await ada.call('DELETE', '/api/user', { password: PASSWORD })).status).toBe(204);
    await rest();
    await eventually(async () => (await stored()).length === 0);
  });
});
