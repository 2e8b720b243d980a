import type { Instance, InstanceRegistry } from './instances/instance-registry.js';
import type { Signal, Signals } from './signals/signals.js';

/** What came in time. `silent`: who is listed and did not answer, or could not. */
export interface Answers<T> {
  /** By instance, one's own included. */
  answers: Map<string, T>;
  /** All that live, oldest first. */
  instances: Instance[];
  silent: string[];
}

interface Question {
  answers: Map<string, unknown>;
  heard(): void;
}

const VERSION = 1;

/**
 * Asks all instances the same question at the same time. Answers are small, a few kB of JSON: each goes to the one who
 * asked, on a topic of its own.
 */
export class InstancePoll<T> {
  private readonly questions = new Map<string, Question>();
  private readonly stops: Array<() => void>;
  private asked = 0;

  /** Answers from now on. Where `answer` rejects this instance keeps silent. */
  constructor(
    private readonly topic: string,
    private readonly self: string,
    private readonly signals: Signals,
    private readonly registry: InstanceRegistry,
    private readonly answer: () => Promise<T>,
  ) {
    this.stops = [
      signals.subscribe(`${topic}.ask`, (signal) => void this.reply(signal)),
      signals.subscribe(`${topic}.answer.${self}`, (signal) => this.take(signal)),
    ];
  }

  /**
   * Waits for everybody who is listed, at most so long. Rejects where this instance itself can't answer, or with
   * `dependency_down` where nobody can be asked.
   */
  async ask(waitMs: number): Promise<Answers<T>> {
    const id = `${++this.asked}`;
    const answers = new Map<string, T>();
    let heard = () => {};
    this.questions.set(id, { answers, heard: () => heard() });
    try {
      const [instances, own] = await Promise.all([
        this.registry.list(),
        this.answer(),
        this.signals.publish(`${this.topic}.ask`, { v: VERSION, id, to: this.self }),
      ]);
      answers.set(this.self, own);
      const missing = () => instances.filter((instance) => !answers.has(instance.id)).map((instance) => instance.id);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, waitMs);
        heard = () => {
          if (missing().length > 0) return;
          clearTimeout(timer);
          resolve();
        };
        heard();
      });
      return { answers: new Map(answers), instances, silent: missing() };
    } finally {
      this.questions.delete(id);
    }
  }

  /** Neither answers nor hears answers any more; any number of times. */
  close(): void {
    for (const stop of this.stops.splice(0)) stop();
  }

  private async reply({ v, id, to }: Signal): Promise<void> {
    if (v !== VERSION || to === this.self) return;
    try {
      const answer = await this.answer();
      await this.signals.publish(`${this.topic}.answer.${String(to)}`, { v: VERSION, id, from: this.self, answer });
    } catch {
      // Who asks notices, and does without.
    }
  }

  private take({ v, id, from, answer }: Signal): void {
    const question = this.questions.get(String(id));
    if (v !== VERSION || !question || typeof from !== 'string') return;
    question.answers.set(from, answer);
    question.heard();
  }
}
