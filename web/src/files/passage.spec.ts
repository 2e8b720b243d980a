import { passageOf } from './passage.js';

it.each([
  ['0192f3a1-7c11-7abc-8def-0123456789ab:120-480', [120, 480]],
  ['0192f3a1-7c11-7abc-8def-0123456789ab', undefined],
  ['a name', undefined],
] as const)('%s names the passage %j', (sourceId, passage) => expect(passageOf(sourceId)).toEqual(passage));
