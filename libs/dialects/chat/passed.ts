import { finishOf } from '../../models/finish-reason.js';
import { readProblem } from '../../models/provider-problem.js';
import { openAiUsage, type OpenAiUsage } from '../../models/provider-usage.js';
import type { Heard, PassedReader } from '../passing/passed-stream.js';

interface Chunk {
  model?: unknown;
  error?: unknown;
  usage?: OpenAiUsage | null;
  choices?: Array<{ finish_reason?: unknown } | null> | null;
}

/** Reads chunks of chat completions, and whole ones. */
export class ChatPassedReader implements PassedReader {
  readonly interest =
    /"usage"\s*:\s*\{|"finish_reason"\s*:\s*"|"error"\s*:\s*[^n\s]|^event:\s*error|^data:\s*\[DONE\]/m;

  /** `dropsUsage`: the program did not ask for the chunk that holds nothing else. */
  constructor(private readonly dropsUsage = false) {}

  read(data: object, event: string, heard: Heard): boolean {
    const chunk = data as Chunk;
    if (chunk.error || event === 'error') {
      heard.problem = readProblem(data) ?? { kind: '', message: '' };
      return true;
    }
    if (typeof chunk.model === 'string') heard.model = chunk.model;
    const usage = openAiUsage(chunk.usage);
    if (usage) heard.usage = usage;
    this.finish(chunk.choices?.[0]?.finish_reason, heard);
    return this.dropsUsage && usage !== undefined && chunk.choices?.length === 0;
  }

  private finish(word: unknown, heard: Heard): void {
    const reason = finishOf(word);
    if (!reason) return;
    if (reason !== 'failure') heard.finishReason = reason;
    heard.isComplete = true;
  }
}
