import { parseArguments } from './doctor-arguments.js';

describe('npm run doctor --', () => {
  it.each<[string, object]>([
    ['', { json: false }],
    ['--json', { json: true }],
    [
      '--url https://chat.example.org --streams 500',
      { json: false, url: new URL('https://chat.example.org'), streams: 500 },
    ],
    ['--streams=20 --url=http://localhost:3080', { json: false, url: new URL('http://localhost:3080'), streams: 20 }],
  ])('%s', (line, expected) => {
    expect(parseArguments(line.split(' ').filter(Boolean))).toEqual(expected);
  });

  it.each([
    '--url',
    '--url chat.example.org',
    '--url ftp://host',
    '--streams 0',
    '--streams many',
    '--all',
    'more',
    '--json=yes',
  ])('%s is not understood', (line) => {
    expect(parseArguments(line.split(' '))).toBeUndefined();
  });
});
