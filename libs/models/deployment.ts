import { createHash } from 'node:crypto';
import { CoolDown } from './cool-down.js';
import type { Model, ModelChunk, ModelRequest, ProviderMetadata, TurnPart } from './model.js';

export interface DeploymentSettings {
  /** For operators: in metrics and logs. Different among those of one endpoint. */
  name: string;
  /** Its share of the calls, beside the others' weights. */
  weight: number;
  model: Model;
}

/** Under which a part's metadata names the deployment that made it. */
const MADE_BY = 'deployment';

/** One of several servers that offer the same models. */
export class Deployment {
  readonly name: string;
  readonly model: Model;
  readonly coolDown = new CoolDown();
  private readonly weight: number;

  constructor({ name, weight, model }: DeploymentSettings) {
    this.name = name;
    this.weight = weight;
    this.model = model;
  }

  /**
   * The lowest of several is chosen: each as often as its weight says, and with the same key always the same one, whoever
   * else is there (rendezvous hashing). Without a key it is random.
   */
  lot(key: string | undefined): number {
    const random = key === undefined ? Math.random() : fraction(`${key} ${this.name}`);
    return -Math.log(1 - random) / this.weight;
  }

  /** The request as it goes here: what other deployments want back of their own thoughts and calls is left out. */
  ownRequest(request: ModelRequest): ModelRequest {
    if (!request.turns.some(({ parts }) => parts.some(hasMetadata))) return request;
    const turns = request.turns.map((turn) => {
      return turn.parts.some(hasMetadata) ? { ...turn, parts: turn.parts.flatMap((part) => this.ownPart(part)) } : turn;
    });
    return { ...request, turns };
  }

  /** What this deployment said, marked where it will want something back. */
  marked(chunk: ModelChunk): ModelChunk {
    if ('part' in chunk && chunk.part.providerMetadata) return { part: this.withMark(chunk.part) };
    if ('toolCall' in chunk && chunk.toolCall.providerMetadata) return { toolCall: this.withMark(chunk.toolCall) };
    return chunk;
  }

  private withMark<T extends { providerMetadata?: ProviderMetadata }>(part: T): T {
    return { ...part, providerMetadata: { ...part.providerMetadata, [MADE_BY]: this.name } };
  }

  private ownPart(part: TurnPart): TurnPart[] {
    if (!hasMetadata(part)) return [part];
    const { [MADE_BY]: madeBy, ...providerMetadata } = part.providerMetadata!;
    // What came before there were several deployments has no mark.
    if (madeBy === undefined || madeBy === this.name) return [{ ...part, providerMetadata }];
    return part.type === 'reasoning' ? [] : [{ ...part, providerMetadata: undefined }];
  }
}

function hasMetadata(part: TurnPart): part is Extract<TurnPart, { providerMetadata?: ProviderMetadata }> {
  return 'providerMetadata' in part && part.providerMetadata !== undefined;
}

/** From 0 up to, not including, 1. */
function fraction(text: string): number {
  return createHash('sha1').update(text).digest().readUIntBE(0, 6) / 2 ** 48;
}
