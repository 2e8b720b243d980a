import { Injectable, Logger } from '@nestjs/common';
import { isPassedOn, type ModelError, type ModelUsage, textTurn } from '../../../libs/models/index.js';
import { Queue } from '../../queue/index.js';
import { conversationView } from '../../chat/api/views.js';
import { type AskedModel, type Conversation, Conversations, type Message } from '../../chat/store/index.js';
import { Messages, type Usage, type Writing } from '../../chat/store/index.js';
import { Config } from '../../config/config.js';
import { Notices } from '../../notices/notices.service.js';
import { GenerationMetrics } from '../answer/generation-metrics.service.js';
import { titleJob } from '../answer/jobs.js';
import { ModelCatalog } from '../answer/model-catalog.service.js';
import { logKey } from '../answer/log-entries.js';
import { EndpointPlaces } from './endpoint-places.service.js';
import { addUsage, estimateUsage, isBilled } from './usage.js';
import { KeyBudget } from './key-budget.service.js';
import { TokenBudget } from './token-budget.service.js';

const MAX_CHARS = 60;
/** A small call: enough tokens for a title, also for a model that thinks first though it is asked not to. */
const MAX_TOKENS = 200;
const QUESTION_CHARS = 2000;
const TIMEOUT_MS = 30_000;
const INSTRUCTIONS =
  'Write a title of at most six words for the conversation that begins with this question, in its language. ' +
  'Answer with the title alone, without quotation marks.';

/** The first words of a question: what a conversation is called until somebody knows better. */
export function titleFromWords(question: string): string {
  const line = oneLine(question);
  if (line.length <= MAX_CHARS) return line;
  const cut = line.slice(0, MAX_CHARS + 1).replace(/\s+\S*$/u, '');
  return `${(cut.length <= MAX_CHARS ? cut : line.slice(0, MAX_CHARS - 1)).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
}

type Answered = Message & Pick<Writing, 'params'>;

/** Titles that a model writes, where `TITLES=model`: once, after a conversation's first answer. */
@Injectable()
export class Titles {
  private readonly logger = new Logger(Titles.name);

  constructor(
    private readonly queue: Queue,
    private readonly catalog: ModelCatalog,
    private readonly conversations: Conversations,
    private readonly messages: Messages,
    private readonly notices: Notices,
    private readonly metrics: GenerationMetrics,
    private readonly config: Config,
    private readonly budget: TokenBudget,
    private readonly keys: KeyBudget,
    private readonly places: EndpointPlaces,
  ) {}

  /** Orders a title. Only a nicety: where it can't be ordered, the first words stay. */
  async afterAnswer(answer: Message, conversation: Conversation): Promise<void> {
    if (this.config.TITLES !== 'model' || answer.status !== 'complete') return;
    try {
      const [question, ...rest] = await this.messages.branch(answer, 3);
      const isFirst = rest.length === 1 && question.parentId === null;
      if (!isFirst || conversation.title !== titleFromWords(question.text)) return;
      await this.queue.add(titleJob(answer, this.catalog.get(answer.endpoint ?? '')));
    } catch (error) {
      this.logger.warn(`no title was ordered: ${String(error)}`);
    }
  }

  /** Asks the model, or where it can’t begin those that may stand in. One try: whatever fails, the first words stay. */
  async write(answer: Answered): Promise<void> {
    try {
      const [question] = await this.messages.branch(answer, 2);
      const title = await this.ask(answer, question.text.slice(0, QUESTION_CHARS));
      const words = titleFromWords(question.text);
      const conversation = title && (await this.conversations.retitle(answer.conversationId, words, title));
      this.metrics.title(conversation ? 'written' : 'kept');
      if (!conversation) return;
      this.notices.toUser(answer.userId, 'conversation.updated', { conversation: conversationView(conversation) });
    } catch (error) {
      this.metrics.title('failed');
      this.logger.warn(`no title was written: ${String(error)}`);
    }
  }

  private async ask(answer: Answered, question: string): Promise<string> {
    const { endpoint, model, params } = answer;
    const own = this.catalog.get(endpoint ?? '');
    if (!own || !model) return '';
    // Of a key whose tokens are used up.
    if (params.key && !(await this.keys.hasRoom(params.key))) return '';
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const leave = await this.places.take(own, logKey(answer), signal);
    try {
      const said = await this.call(answer, { endpoint: own.name, model }, question, signal);
      const title = typeof said === 'string' ? said : await this.askOthers(answer, question, signal);
      if (title === undefined) throw said;
      return title;
    } finally {
      leave();
    }
  }

  /** Undefined: there is nobody else, or who is there can't, either. */
  private async askOthers(answer: Answered, question: string, signal: AbortSignal): Promise<string | undefined> {
    for (const other of answer.params.fallbacks ?? []) {
      const model = this.catalog.get(other.endpoint);
      // The answer may be one of another endpoint already.
      if (!model || model.name === answer.endpoint) continue;
      const leave = await this.places.tryTake(model, logKey(answer));
      if (!leave) continue;
      this.metrics.fellBack(answer.endpoint, other.endpoint);
      try {
        const said = await this.call(answer, other, question, signal);
        if (typeof said === 'string') return said;
      } finally {
        leave();
      }
    }
    return undefined;
  }

  /** A title, or why another model may be asked for it: this one could not begin. */
  private async call(
    answer: Answered,
    asked: AskedModel,
    question: string,
    signal: AbortSignal,
  ): Promise<string | ModelError> {
    const request = {
      model: asked.model,
      turns: [textTurn('user', question)],
      instructions: INSTRUCTIONS,
      maxTokens: MAX_TOKENS,
      reasoningEffort: 'none' as const,
    };
    let text = '';
    let usage: ModelUsage | undefined;
    let hasBegun = false;
    let isPaid = true;
    let lost: Usage | null = null;
    const onPassedOver = (error: ModelError) => {
      if (isBilled(error)) lost = addUsage(lost, estimateUsage(request, ''));
    };
    const counted = this.budget.sent(answer, request);
    try {
      for await (const chunk of this.catalog.get(asked.endpoint)!.stream({ ...request, onPassedOver }, signal)) {
        hasBegun = true;
        if ('text' in chunk) text += chunk.text;
        if ('usage' in chunk) usage = chunk.usage;
        if (text.length > QUESTION_CHARS) break;
      }
    } catch (error) {
      isPaid = text !== '' || isBilled(error);
      if (hasBegun || signal.aborted || !isPassedOn(error)) throw error;
      return error;
    } finally {
      await counted.settle(addUsage(lost, usage ?? (isPaid ? estimateUsage(request, text) : null)));
    }
    return titleFromWords(oneLine(text).replace(/^["'“„«]+|["'”“»]+$/gu, ''));
  }
}
