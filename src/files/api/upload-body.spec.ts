import { buffer } from 'node:stream/consumers';
import multipart from '@fastify/multipart';
import fastify, { type FastifyInstance } from 'fastify';
import { AppError } from '../../../libs/errors/index.js';
import { readUpload } from './upload-body.js';

describe('the form of an upload', () => {
  let server: FastifyInstance;
  beforeAll(async () => {
    server = fastify();
    await server.register(multipart);
    server.post('/', (request) =>
      readUpload(
        request,
        async ({ filename, bytes }) => ({ filename, text: (await buffer(bytes)).toString() }),
        () => Promise.resolve(),
      ),
    );
    server.setErrorHandler((error, _request, reply) =>
      reply.code(error instanceof AppError ? error.status : 500).send({ message: String(error) }),
    );
  });
  afterAll(() => server.close());

  /** Parts with these headers, that say `hello`. */
  async function sent(headers: string[][], boundary = 'between', announced = boundary) {
    const parts = headers.map((lines) => `--${boundary}\r\n${lines.join('\r\n')}\r\n\r\nhello\r\n`);
    const response = await server.inject({
      ...{ method: 'POST', url: '/', payload: `${parts.join('')}--${boundary}--\r\n` },
      headers: { 'content-type': `multipart/form-data; boundary=${announced}` },
    });
    return { status: response.statusCode, ...response.json<{ filename?: string; text?: string }>() };
  }

  const FILE = 'Content-Disposition: form-data; name="file"; filename="a.txt"';
  const BINARY = 'Content-Type: application/octet-stream';

  it.each<[string, string[], string]>([
    ['a name', [FILE], 'a.txt'],
    [
      'a name with what browsers write for quotes and line ends',
      [FILE.replace('a.txt', 'a%22%0D%0A.txt')],
      'a"\r\n.txt',
    ],
    ['an empty name', [FILE.replace('a.txt', '')], ''],
    ['no name, only its type', ['Content-Disposition: form-data; name="file"', BINARY], ''],
  ])('is taken with a file of %s', async (_what, headers, filename) => {
    expect(await sent([headers])).toEqual({ status: 200, filename, text: 'hello' });
  });

  it.each<[string, string[][]]>([
    ['without a file', []],
    ['with a field', [['Content-Disposition: form-data; name="file"']]],
    ['with a file of no field', [['Content-Disposition: form-data; filename="a.txt"', BINARY]]],
    ['with a part of nothing but bytes', [[BINARY]]],
    ['with a field that every object has', [[FILE.replace('file', '__proto__')]]],
    ['with JSON that is none', [['Content-Disposition: form-data; name="file"', 'Content-Type: application/json']]],
    ['with two files', [[FILE], [FILE]]],
    ['with a file in another field', [[FILE.replace('file', 'other')]]],
  ])('%s is refused', async (_what, parts) => {
    expect(await sent(parts)).toMatchObject({ status: 400 });
  });

  it.each([70, 252, 253, 1000])(
    'with a boundary of %i characters is taken, or refused where the parser knows none as long',
    async (length) => {
      expect((await sent([[FILE]], '-'.repeat(length))).status).toBe(length < 253 ? 200 : 400);
    },
  );

  it.each(['', '""', 'another', '"'])('with the boundary %j is refused', async (announced) => {
    expect(await sent([[FILE]], 'between', announced)).toMatchObject({ status: 400 });
  });
});
