import { isDoc, isOperators } from '../../../mongo-stand-in/src/values/documents.js';
import type { Doc } from '../../../mongo-stand-in/src/wire/bson.js';

/** A filter without its values: two queries of one shape need the same index. */
export function shapeOf(filter: Doc): string {
  const parts = Object.entries(filter).map(([key, condition]) => `${key}: ${shapeOfCondition(key, condition)}`);
  return parts.length ? `{ ${parts.join(', ')} }` : '{}';
}

function shapeOfCondition(key: string, condition: unknown): string {
  if (key.startsWith('$') && Array.isArray(condition)) {
    const shapes = new Set(condition.filter(isDoc).map(shapeOf));
    return `[${[...shapes].join(', ')}]`;
  }
  if (key.startsWith('$')) return '…';
  if (condition instanceof RegExp) return '/…/';
  return isOperators(condition) ? Object.keys(condition).join(' ') : '=';
}

/** A sort as it is written. */
export function sortText(sort: Doc): string {
  const parts = Object.entries(sort).map(([field, direction]) => `${field}: ${String(direction)}`);
  return parts.length ? `{ ${parts.join(', ')} }` : 'none';
}
