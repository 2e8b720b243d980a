import { Injectable } from '@nestjs/common';
import { AppError } from '../../../libs/errors/index.js';
import type { Model } from '../../../libs/models/index.js';
import { mayAsk } from '../../auth/accounts/key-rights.js';
import { Config } from '../../config/config.js';
import { ModelCatalog } from '../../generation/answer/model-catalog.service.js';
import type { KeyRights } from '../../http/request-auth.js';

/** A model as programs name it. */
export interface Offered {
  model: Model;
  /** As its endpoint calls it. */
  name: string;
  /** `<endpoint>/<name>`. */
  id: string;
}

export type Kind = 'chat' | 'embedding';

const idOf = (model: Model, name: string): string => `${model.name}/${name}`;

/** The models that programs may ask, and by which names. */
@Injectable()
export class OfferedModels {
  constructor(
    private readonly catalog: ModelCatalog,
    private readonly config: Config,
  ) {}

  /** All that a key may ask. An endpoint whose provider does not tell its models has none listed. */
  async list(key: KeyRights): Promise<Offered[]> {
    const lists = await Promise.all(
      this.catalog.all().map(async (model) => {
        const chatting = (await this.catalog.list(model)) ?? [];
        const names = new Set([...chatting.map(({ name }) => name), ...this.embedding(model)]);
        return [...names].map((name) => ({ model, name, id: idOf(model, name) }));
      }),
    );
    return lists.flat().filter(({ model, name }) => mayAsk(key, model.name, name));
  }

  /**
   * The model of `<endpoint>/<model>`, or of a bare name that one endpoint has. Errors: 404 `model_unknown`, also for one
   * that the key may not ask; where several have it, it names them.
   */
  async find(key: KeyRights, id: string, kind: Kind): Promise<Offered> {
    const named = await this.byEndpoint(id, kind);
    if (named && mayAsk(key, named.model.name, named.name)) return named;
    const found = named ? [] : await this.byName(key, id, kind);
    if (found.length === 1) return found[0];
    if (found.length === 0) throw unknown(id, `There is no model “${shown(id)}”, or this key may not ask it.`);
    const ids = found.map((one) => one.id).join(', ');
    throw unknown(id, `Several endpoints have a model “${shown(id)}”. Name one of them: ${ids}.`);
  }

  /** An endpoint that does not tell what it offers is asked for any model, where it is named. */
  private async byEndpoint(id: string, kind: Kind): Promise<Offered | undefined> {
    const slash = id.indexOf('/');
    const model = slash > 0 ? this.catalog.get(id.slice(0, slash)) : undefined;
    const name = id.slice(slash + 1);
    if (!model || name === '') return undefined;
    const isOffered = (await this.offers(model, name, kind)) ?? true;
    return isOffered ? { model, name, id } : undefined;
  }

  private async byName(key: KeyRights, name: string, kind: Kind): Promise<Offered[]> {
    const allowed = this.catalog.all().filter((model) => mayAsk(key, model.name, name));
    const offering = await Promise.all(allowed.map(async (model) => (await this.offers(model, name, kind)) === true));
    return allowed.filter((_, i) => offering[i]).map((model) => ({ model, name, id: idOf(model, name) }));
  }

  /** Undefined where nobody knows. Lists that providers give leave out what makes embeddings. */
  private async offers(model: Model, name: string, kind: Kind): Promise<boolean | undefined> {
    if (this.embedding(model).includes(name)) return kind === 'embedding';
    const list = await this.catalog.list(model);
    if (list?.some((info) => info.name === name)) return true;
    return list && (kind === 'chat' || this.isConfigured(model)) ? false : undefined;
  }

  private embedding(model: Model): string[] {
    const models = this.config.endpoints.find(({ name }) => name === model.name)?.models ?? [];
    return models.filter(({ kind }) => kind === 'embedding').map(({ name }) => name);
  }

  private isConfigured({ name, dialect }: Model): boolean {
    if (name === 'openAI') return (this.config.OPENAI_MODELS ?? []).length > 0;
    return dialect === undefined || this.config.endpoints.some((one) => one.name === name && one.models !== undefined);
  }
}

const shown = (id: string): string => (id.length > 200 ? `${id.slice(0, 200)}…` : id);

function unknown(id: string, detail: string): AppError {
  const [endpoint, model] = id.includes('/') ? [id.slice(0, id.indexOf('/')), id.slice(id.indexOf('/') + 1)] : ['', id];
  return new AppError('model_unknown', 404, detail, { params: { endpoint: shown(endpoint), model: shown(model) } });
}
