import type { Model } from '../../../libs/models/index.js';
import { JOB_FORM } from '../../lifecycle/forms.js';
import type { JobData, NewJob } from '../../queue/index.js';
import { laneOf } from '../answer/jobs.js';

/** A call of a program that stores nothing: by whom, and which instance holds its connection. */
export interface CallRef {
  id: string;
  userId: string;
  /** An instance's id. */
  holder: string;
}

/** The job by which a call takes its turn. A build that knows no calls puts it back for one that does. */
export function callJob(call: CallRef, model: Model): NewJob {
  const { id, userId, holder } = call;
  const data = { v: JOB_FORM, kind: 'call', id, userId, holder };
  return { id: `call-${id}`, data, tenant: userId, lane: laneOf(model), band: 'fair' };
}

/** Null: it is no call's. */
export function readCall({ v, kind, id, userId, holder }: JobData): CallRef | null {
  if (v !== JOB_FORM || kind !== 'call') return null;
  if (typeof id !== 'string' || typeof userId !== 'string' || typeof holder !== 'string') return null;
  return { id, userId, holder };
}
