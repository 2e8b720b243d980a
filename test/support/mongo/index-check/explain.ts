import type { mongo } from 'mongoose';
import { isDoc } from '../../../mongo-stand-in/src/values/documents.js';

/** Asks the server for the plan of each command; says which of them read a whole collection. */
export async function collectionScans(
  client: mongo.MongoClient,
  commands: Array<{ db: string; command: mongo.Document }>,
): Promise<string[]> {
  const lines = [];
  for (const { db, command } of commands) {
    const plan = await client.db(db).command({ explain: command, verbosity: 'queryPlanner' });
    const [name] = Object.keys(command);
    if (hasScan(plan)) lines.push(`${name} on ${command[name]}: the server reads the whole collection`);
  }
  return lines;
}

/** Plans that were considered and not taken don't count. */
function hasScan(plan: unknown): boolean {
  if (Array.isArray(plan)) return plan.some(hasScan);
  if (!isDoc(plan)) return false;
  if (plan.stage === 'COLLSCAN') return true;
  return Object.entries(plan).some(([name, part]) => name !== 'rejectedPlans' && name !== 'command' && hasScan(part));
}
