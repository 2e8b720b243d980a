import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { type Claim, type MessageRef, Messages, type Writing } from '../../chat/store/index.js';
import { Lifecycle } from '../../lifecycle/lifecycle.service.js';
import { Presence } from '../../cluster/presence.service.js';
import { STALE_MS } from './run.js';
import { ActiveRuns } from './active-runs.service.js';

/**
 * One that was not heard of for so long is taken for dead though its process lives: it hangs, or has dropped the answer.
 * Nobody waits that long for a save.
 */
const LOST_MS = 60_000;
/** Longer than any answer: whoever has an owner is refused. */
const NEVER_STALE = Number.MAX_SAFE_INTEGER;
const SEPARATOR = '/';

/**
 * Who writes answers, and whether they live. An owner's id begins with its instance's: one that is late to save (its
 * process has more to do than it can, its store is slow) is told from one that died by the list of instances, on which a
 * process stays for as long as it lives, however busy it is.
 */
@Injectable()
export class Owners {
  constructor(
    private readonly messages: Messages,
    private readonly runs: ActiveRuns,
    private readonly lifecycle: Lifecycle,
    private readonly presence: Presence,
  ) {}

  /** For one attempt of this process. */
  make(): string {
    return `${this.lifecycle.instance}${SEPARATOR}${randomUUID()}`;
  }

  /**
   * `Messages.claim`, where no owner that lives has the answer. Rejects with `dependency_down` where that can't be known.
   */
  async claim(ref: MessageRef, owner: string): Promise<Claim> {
    const first = await this.messages.claim(ref, owner, { staleMs: NEVER_STALE });
    if (!('refused' in first) || first.refused !== 'busy') return first;
    const answer = await this.messages.getWriting(ref);
    if (answer && (await this.lives(answer))) return first;
    // Whoever has come in between has touched it.
    return this.messages.claim(ref, owner, { staleMs: STALE_MS });
  }

  /** Whether it has an owner that may still be writing. */
  async lives({ owner, untouchedMs }: Pick<Writing, 'owner' | 'untouchedMs'>): Promise<boolean> {
    if (owner === null || untouchedMs >= LOST_MS) return false;
    if (untouchedMs < STALE_MS) return true;
    const at = owner.indexOf(SEPARATOR);
    // A build before this one names no instance: its owners have to save in time.
    if (at < 0) return false;
    const instance = owner.slice(0, at);
    return instance === this.lifecycle.instance ? this.runs.hasOwner(owner) : this.presence.lives(instance);
  }
}
