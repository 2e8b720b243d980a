import { Injectable } from '@nestjs/common';
import { retry, WHILE_AWAY } from '../../../libs/async/index.js';
import type { Model, ModelInfo, ModelRequest } from '../../../libs/models/index.js';
import { type AskedModel, Conversations, type Message, Messages } from '../../chat/store/index.js';
import { ModelCatalog } from '../answer/model-catalog.service.js';
import { BRANCH_CHARS, BRANCH_LIMIT, buildContext } from './context.js';
import type { FilePlan } from './file-plan.js';
import type { Run } from './run.js';
import { ShownFiles } from './shown-files.service.js';
import { estimateUsage } from './usage.js';

/** What would go to a model. Its files have no bytes yet. */
export interface PlannedRequest {
  model: Model;
  info: ModelInfo;
  request: ModelRequest;
  files: FilePlan | undefined;
  question: Message | undefined;
}

/** Makes what an answer's model is asked of its branch, its conversation and its files. */
@Injectable()
export class Requests {
  constructor(
    private readonly conversations: Conversations,
    private readonly messages: Messages,
    private readonly shownFiles: ShownFiles,
    private readonly models: ModelCatalog,
  ) {}

  /** For this model. Waits for stores that are away. Rejects with the run's reason to be broken off. */
  async plan({ answer, signal }: Run, model: Model, asked: AskedModel): Promise<PlannedRequest> {
    const { userId, conversationId, params } = answer;
    const conversation =
      params.inherits && (await retry(() => this.conversations.get(userId, conversationId), WHILE_AWAY, signal));
    const branch = await retry(() => this.messages.branch(answer, BRANCH_LIMIT, BRANCH_CHARS), WHILE_AWAY, signal);
    const instructions = params.instructions ?? conversation?.instructions ?? undefined;
    const info = await this.models.info(model, asked.model);
    // A former attempt may have left text in the answer itself: it starts over.
    const turns = branch.filter(({ id }) => id !== answer.id);
    const files = await retry(() => this.shownFiles.plan(userId, turns, info, signal), WHILE_AWAY, signal);
    const { contextTokens } = info;
    const options = { instructions, maxTokens: params.maxTokens, contextTokens, asked, files };
    const request = {
      model: asked.model,
      turns: buildContext(turns, options),
      instructions,
      temperature: params.temperature ?? conversation?.temperature ?? undefined,
      maxTokens: params.maxTokens,
      reasoningEffort: params.reasoningEffort,
      cacheKey: conversationId,
    };
    return { model, info, request, files, question: turns.at(-1) };
  }

  /** The bytes of pictures and PDFs, and word of the passages that the model is shown: of each once. */
  async load(run: Run, { request, files }: PlannedRequest): Promise<void> {
    if (!files) return;
    run.releaseFiles = await retry(() => files.load(request.turns, run.signal), WHILE_AWAY, run.signal);
    for (const source of files.sources) {
      if (!run.toldSources.has(source.sourceId)) run.parts.addSource(source);
      run.toldSources.add(source.sourceId);
    }
  }
}

/**
 * Whether another model takes what a question holds, that was to go to `first`: its own pictures, its effort, and as much of
 * the conversation. What nobody knows of it, it can't.
 */
export function takes({ info, request, files, question }: PlannedRequest, first: ModelRequest): boolean {
  const { reasoningEffort = 'none' } = request;
  if (reasoningEffort !== 'none' && !info.reasoning) return false;
  const own = question?.parts?.items ?? [];
  const hasPicture = own.some((part) => part.type === 'file' && part.mediaType.startsWith('image/'));
  if (hasPicture && !info.input?.includes('image')) return false;
  if (request.turns.length < first.turns.length) return false;
  if (info.contextTokens === undefined) return true;
  const ofFiles = request.turns.flatMap(({ parts }) => parts).map((part) => files?.tokensOf(part) ?? 0);
  const input = ofFiles.reduce((sum, tokens) => sum + tokens, estimateUsage(request, '').inputTokens);
  return input + (request.maxTokens ?? 0) <= info.contextTokens;
}
