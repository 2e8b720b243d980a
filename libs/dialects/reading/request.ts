import type { ModelDialect, ModelRequest, ModelTurn, ProviderMetadata, TurnPart } from '../../models/index.js';
import { metadataOfCalls } from './envelope.js';
import { refused } from './fields.js';
import type { RemotePart } from './files.js';

/** A turn of a program's; what it holds beside the parts of the port is at an address. */
export interface ProgramTurn {
  role: ModelTurn['role'];
  parts: Array<TurnPart | RemotePart>;
}

/** `ModelRequest`, in which files may be at an address. */
export type ProgramRequest = Omit<ModelRequest, 'turns'> & { turns: ProgramTurn[] };

/** How a body is read for the endpoint that is to answer it. */
export interface ParseOptions {
  /** Fields that the operator lets pass though they are refused else: in a translation they are left out. */
  passFields?: readonly string[];
  /** What the endpoint speaks: what only the other one has a field for is refused. Left out: nothing is. */
  upstream?: ModelDialect;
}

/** The request for an endpoint that takes no addresses. Throws a DialectError that names the first one. */
export function withoutRemote(request: ProgramRequest): ModelRequest {
  const turns = request.turns.map(({ role, parts }) => ({ role, parts: parts.map(local) }));
  return { ...request, turns };
}

function local(part: TurnPart | RemotePart): TurnPart {
  if (part.type !== 'remote') return part;
  throw refused(part.path, 'Addresses are not fetched here. Send the file itself, as data.', 'unsupported_value');
}

/** Puts turns together from a program's messages: what belongs to one turn comes in several of them. */
export class Turns {
  readonly turns: ProgramTurn[] = [];
  private readonly instructions: string[] = [];

  /** A system's or a developer's words, wherever they stand. */
  instruct(text: string): void {
    if (text.trim() !== '') this.instructions.push(text);
  }

  get instructionsText(): string | undefined {
    return this.instructions.length > 0 ? this.instructions.join('\n\n') : undefined;
  }

  /** A message of its own. */
  add(role: ProgramTurn['role'], parts: ProgramTurn['parts']): void {
    const last = this.turns.at(-1);
    // What follows the results of tools belongs to their turn.
    if (role === 'user' && last?.role === 'user' && last.parts.every(isResult)) last.parts.push(...parts);
    else this.turns.push({ role, parts });
  }

  /** More of the same turn, where one of this role is the last. */
  goOn(role: ProgramTurn['role'], parts: ProgramTurn['parts']): void {
    const last = this.turns.at(-1);
    if (last?.role === role) last.parts.push(...parts);
    else this.turns.push({ role, parts });
  }

  /** The result of a tool: together with other results, and before anything else of its turn. */
  addResult(part: ProgramTurn['parts'][number]): void {
    const last = this.turns.at(-1);
    if (last?.role === 'user' && last.parts.every(isResult)) last.parts.push(part);
    else this.turns.push({ role: 'user', parts: [part] });
  }
}

const isResult = ({ type }: { type: string }) => type === 'tool-result';

type AnswerPart = ProgramTurn['parts'][number];

/** Gives calls back what a hidden thought kept of them. */
export function withCallMetadata(parts: AnswerPart[]): AnswerPart[] {
  const kept: Record<string, ProviderMetadata> = {};
  const others = parts.filter((part) => {
    const calls = part.type === 'reasoning' && metadataOfCalls(part.providerMetadata ?? {});
    if (calls) Object.assign(kept, calls);
    return !calls;
  });
  return others.map((part) => {
    if (part.type !== 'tool-call' || !Object.hasOwn(kept, part.toolCallId)) return part;
    return { ...part, providerMetadata: { ...kept[part.toolCallId] } };
  });
}
