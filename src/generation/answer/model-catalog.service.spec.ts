import { type Model, ModelError, type ModelInfo, ModelRegistry } from '../../../libs/models/index.js';
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

describe('what a model can', () => {
  const known = (name: string) => (name === 'sees' ? { name, input: ['text', 'image'] } : { name });
  const offering = (models: () => Promise<ModelInfo[]>) => {
    const model = { name: 'x', label: 'X', models, known } as unknown as Model;
    return { model, catalog: new ModelCatalog(new ModelRegistry([model])) };
  };
  const listed: ModelInfo[] = [
    { name: 'thinks', input: ['text', 'pdf'], reasoning: true, contextTokens: 1000 },
    { name: 'talks', input: ['text'], reasoning: false },
    { name: 'unclear' },
  ];

  it('is known of those that are listed, and of others by their names', async () => {
    const { model, catalog } = offering(async () => listed);
    expect(await catalog.info(model, 'thinks')).toBe(listed[0]);
    expect(await catalog.info(model, 'sees')).toEqual(known('sees'));
    expect([await catalog.contextTokens(model, 'thinks'), await catalog.contextTokens(model, 'sees')]).toEqual([
      1000,
      undefined,
    ]);
  });

  it('is refused where it can’t', async () => {
    const { model, catalog } = offering(async () => listed);
    const cannot = (name: string, of: string) => ({ code: 'model_cannot', status: 422, params: { model: name, of } });
    for (const name of ['talks', 'unclear', 'sees']) {
      await expect(catalog.requireEffort(model, name, 'low')).rejects.toMatchObject(cannot(name, 'effort'));
    }
    await expect(catalog.requireInput(model, 'thinks', 'image')).rejects.toMatchObject(cannot('thinks', 'image'));
    await expect(catalog.requireInput(model, 'sees', 'pdf')).rejects.toMatchObject(cannot('sees', 'pdf'));
    await expect(catalog.requireInput(model, 'unclear', 'image')).rejects.toMatchObject(cannot('unclear', 'image'));
  });

  it('is taken where it can, and no effort is taken by all', async () => {
    const { model, catalog } = offering(async () => listed);
    await catalog.requireEffort(model, 'thinks', 'high');
    await catalog.requireInput(model, 'thinks', 'pdf');
    await catalog.requireInput(model, 'sees', 'image');
    for (const effort of ['none', undefined] as const) await catalog.requireEffort(model, 'talks', effort);
  });

  it('is not denied by a provider that is away: it can be asked again', async () => {
    const gone = { retryable: true, params: { provider: 'X' } };
    const { model, catalog } = offering(() => Promise.reject(new ModelError('model_unavailable', 'It is away.', gone)));
    const away = { code: 'dependency_down', status: 503, retryAfterSeconds: 10 };
    await expect(catalog.requireInput(model, 'new', 'image')).rejects.toMatchObject(away);
    await expect(catalog.requireEffort(model, 'new', 'low')).rejects.toMatchObject(away);
    await catalog.requireInput(model, 'sees', 'image');
    await expect(catalog.requireInput(model, 'sees', 'pdf')).rejects.toMatchObject({ code: 'model_cannot' });
  });

  it('is denied where no list will ever come', async () => {
    const { model, catalog } = offering(() =>
      Promise.reject(new ModelError('model_misconfigured', 'It has no list.', lasting('model'))),
    );
    await expect(catalog.requireInput(model, 'new', 'image')).rejects.toMatchObject({ code: 'model_cannot' });
  });
});
