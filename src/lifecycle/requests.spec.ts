import { once } from 'node:events';
import { Agent, createServer, get, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Requests } from './requests.js';

describe('Requests', () => {
  let server: Server;
  let requests: Requests;
  let agent: Agent;
  let held: ServerResponse[];
  let port: number;

  beforeEach(async () => {
    held = [];
    server = createServer((request, response) => {
      if (request.url === '/held') held.push(response);
      else response.end('done');
    });
    requests = new Requests(server);
    agent = new Agent({ keepAlive: true, maxSockets: 1 });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    port = (server.address() as AddressInfo).port;
  });
  afterEach(() => {
    agent.destroy();
    server.closeAllConnections();
    if (server.listening) server.close();
  });

  async function ask(path: string, via: Agent | false = agent): Promise<IncomingMessage> {
    const [response] = await once(get({ port, host: '127.0.0.1', path, agent: via }), 'response');
    (response as IncomingMessage).resume();
    await once(response, 'end');
    return response;
  }

  it('still answers on open connections; new ones are refused', async () => {
    await ask('/');
    requests.stopAccepting();
    expect((await ask('/')).statusCode).toBe(200);
    await expect(ask('/', false)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('waits for answers under way', async () => {
    const answer = ask('/held');
    while (held.length === 0) await new Promise((resolve) => setImmediate(resolve));
    requests.stopAccepting();
    let finished = false;
    const end = requests.finish(20_000).then(() => (finished = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect(finished).toBe(false);

    held[0].end('late');
    expect((await answer).statusCode).toBe(200);
    await end;
  });

  it('cuts what takes too long', async () => {
    const answer = ask('/held').catch((error: unknown) => error);
    while (held.length === 0) await new Promise((resolve) => setImmediate(resolve));
    requests.stopAccepting();
    await requests.finish(1);
    expect(await answer).toMatchObject({ code: 'ECONNRESET' });
  });

  it('can be told twice', () => {
    requests.stopAccepting();
    expect(() => requests.stopAccepting()).not.toThrow();
  });
});
