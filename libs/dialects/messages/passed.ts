import { finishOf } from '../../models/finish-reason.js';
import { readProblem } from '../../models/provider-problem.js';
import { AnthropicInput, type AnthropicUsage } from '../../models/provider-usage.js';
import type { Heard, PassedReader } from '../passing/passed-stream.js';

interface Event {
  type?: unknown;
  message?: { model?: unknown; usage?: AnthropicUsage | null } | null;
  delta?: { stop_reason?: unknown } | null;
  usage?: AnthropicUsage | null;
  /** Of a whole message. */
  model?: unknown;
  stop_reason?: unknown;
}

/** Reads the events of one message, or a whole one. */
export class MessagesPassedReader implements PassedReader {
  readonly interest = /"usage"\s*:\s*\{|"type"\s*:\s*"(?:error|message_stop)"|^event:\s*error/m;
  private readonly input = new AnthropicInput();

  read(data: object, event: string, heard: Heard): boolean {
    const { type = event, message, delta, usage, model, stop_reason } = data as Event;
    if (type === 'error') {
      heard.problem = readProblem(data) ?? { kind: '', message: '' };
      return true;
    }
    const name = message?.model ?? model;
    if (typeof name === 'string') heard.model = name;
    this.input.read(message?.usage ?? usage);
    // What stands in the first event has no output yet.
    const used = usage && this.input.with(usage);
    if (used) heard.usage = used;
    const reason = finishOf(delta?.stop_reason ?? stop_reason);
    if (reason && reason !== 'failure') heard.finishReason = reason;
    heard.isComplete ||= type === 'message_stop' || type === 'message';
    return false;
  }
}
