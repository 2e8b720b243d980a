import { type Model, ModelError, ModelRegistry } from '../../../libs/models/index.js';
import { ModelCatalog } from './model-catalog.service.js';

const lasting = (reason: 'key' | 'model') => ({ retryable: false, params: { reason, provider: 'X' } });
const named = (defaultModel: () => Promise<string>) => ({ name: 'x', label: 'X', defaultModel }) as unknown as Model;
const failing = (error: Error) => {
  const model = named(() => Promise.reject(error));
  return new ModelCatalog(new ModelRegistry([model])).requireDefault(model);
};

it('tells why there is no model where none is named (endpoints/ask-null-list)', async () => {
  const key = new ModelError('model_misconfigured', 'It does not accept this server’s API key.', lasting('key'));
  await expect(failing(key)).rejects.toMatchObject({ code: 'model_misconfigured', status: 503, detail: key.message });
  await expect(failing(key)).rejects.toMatchObject({ params: { reason: 'key', provider: 'X' } });
  const gone = { retryable: true, params: { provider: 'X' } };
  const away = new ModelError('model_unavailable', 'It can not be reached.', gone);
  await expect(failing(away)).rejects.toMatchObject({ code: 'dependency_down', status: 503, detail: away.message });
  await expect(failing(away)).rejects.toMatchObject({ params: { reason: 'provider', provider: 'X' } });
  const other = failing(new Error('secret'));
  await expect(other).rejects.toMatchObject({ code: 'dependency_down', detail: expect.not.stringContaining('secret') });
});

it('tells it too while the provider is left alone, and asks again after that', async () => {
  const now = jest.spyOn(performance, 'now').mockReturnValue(0);
  const error = new ModelError('model_misconfigured', 'It offers no model.', lasting('model'));
  let asked = 0;
  const model = named(async () => {
    if (asked++ === 0) throw error;
    return 'm';
  });
  const catalog = new ModelCatalog(new ModelRegistry([model]));
  for (let i = 0; i < 2; i++)
    await expect(catalog.requireDefault(model)).rejects.toMatchObject({ detail: error.message });
  expect(asked).toBe(1);
  now.mockReturnValue(10_001);
  expect(await catalog.requireDefault(model)).toBe('m');
  now.mockRestore();
});
