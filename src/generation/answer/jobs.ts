import { COMMON_LANE, type JobData, type NewJob } from '../../queue/index.js';
import type { Model } from '../../../libs/models/index.js';
import type { Message, MessageRef, Writing } from '../../chat/store/index.js';
import { JOB_FORM } from '../../lifecycle/forms.js';

/** How spans that put a job into the queue, or take one, tell which. */
export const QUEUE_ATTRIBUTES = { 'messaging.system': 'parley', 'messaging.destination.name': 'answers' };

/** Endpoints without a limit of their own share one lane, and so one fair order. */
export function laneOf(model: Model | undefined): string {
  return model?.maxConcurrent === undefined ? COMMON_LANE : model.name;
}

/** The job of an answer: its id is the message's. `traceparent`: where its work belongs in a trace, if there is one. */
export function answerJob(
  answer: Message & Pick<Writing, 'epoch'>,
  model: Model | undefined,
  traceparent?: string,
): NewJob {
  const { id, conversationId, userId } = answer;
  const data = { v: JOB_FORM, messageId: id, conversationId, ...(traceparent !== undefined && { traceparent }) };
  // What has begun once goes first.
  return { id, data, tenant: userId, lane: laneOf(model), band: answer.epoch > 0 ? 'first' : 'fair' };
}

/** The job of a title: behind every question of its lane. */
export function titleJob(answer: Message, model: Model | undefined): NewJob {
  const { id, conversationId, userId } = answer;
  const data = { v: JOB_FORM, messageId: id, conversationId, title: true };
  return { id: `title-${id}`, data, tenant: userId, lane: laneOf(model), band: 'last' };
}

/** What a job is about. Null: a form that this build does not know. */
export function readJob(data: JobData): { ref: MessageRef; title: boolean; traceparent?: string } | null {
  const { v, messageId, conversationId, title, traceparent } = data;
  if (v !== JOB_FORM || typeof messageId !== 'string' || typeof conversationId !== 'string') return null;
  return {
    ref: { conversationId, id: messageId },
    title: title === true,
    ...(typeof traceparent === 'string' && { traceparent }),
  };
}
