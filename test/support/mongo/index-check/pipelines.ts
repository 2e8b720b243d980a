import type { Doc } from '../../../mongo-stand-in/src/wire/bson.js';
import type { Query } from './queries.js';

/** What an aggregation asks of its own collection by its first stages, and of others by the stages that read them. */
export function queriesOfPipeline(collection: string, pipeline: Doc[], joined: Doc = {}): Query[] {
  if (pipeline[0]?.$collStats || pipeline[0]?.$documents) return [];
  const filters: Doc[] = Object.keys(joined).length ? [joined] : [];
  let sort: Doc = {};
  for (const stage of pipeline) {
    if (stage.$match) filters.push(stage.$match);
    else if (stage.$sort) sort = stage.$sort;
    else break;
  }
  const filter = filters.length > 1 ? { $and: filters } : (filters[0] ?? {});
  return [
    { collection, by: 'aggregate', filter, sort },
    ...pipeline.flatMap((stage) => queriesOfStage(collection, stage)),
  ];
}

function queriesOfStage(collection: string, stage: Doc): Query[] {
  const { $lookup, $graphLookup, $unionWith, $facet } = stage;
  if ($lookup) {
    const joined = $lookup.foreignField ? { [$lookup.foreignField]: '$localField' } : {};
    return queriesOfPipeline($lookup.from, $lookup.pipeline ?? [], joined).map((query) => ({
      ...query,
      by: '$lookup',
    }));
  }
  if ($graphLookup) {
    const { from, connectToField, restrictSearchWithMatch } = $graphLookup;
    const filter = { ...restrictSearchWithMatch, [connectToField]: '$connectFromField' };
    return [{ collection: from, by: '$graphLookup', filter, sort: {} }];
  }
  if ($unionWith) {
    return typeof $unionWith === 'string'
      ? queriesOfPipeline($unionWith, [])
      : queriesOfPipeline($unionWith.coll, $unionWith.pipeline ?? []);
  }
  const inner: Doc[] = $facet ? Object.values($facet as Record<string, Doc[]>).flat() : [];
  return inner.flatMap((part) => queriesOfStage(collection, part));
}
