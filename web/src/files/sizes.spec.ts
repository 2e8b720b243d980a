import { formatBytes, kindOf } from './sizes.js';

it.each([
  [0, '0 bytes', '0 Byte'],
  [999, '999 bytes', '999 Byte'],
  [312_400, '312 kB', '312 kB'],
  [2_450_000, '2.5 MB', '2,5 MB'],
  [25_000_000, '25 MB', '25 MB'],
  [1_200_000_000, '1.2 GB', '1,2 GB'],
])('%i bytes are %s, %s', (bytes, en, de) => {
  expect([formatBytes(bytes, 'en'), formatBytes(bytes, 'de')].map((text) => text.replace(/\s/g, ' '))).toEqual([
    en,
    de,
  ]);
});

it.each([
  ['a.pdf', 'PDF'],
  ['a.b.docx', 'DOCX'],
  ['README', ''],
  ['a.?', ''],
])('%s is of the kind %j', (name, kind) => expect(kindOf(name)).toBe(kind));
