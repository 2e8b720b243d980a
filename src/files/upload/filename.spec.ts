import { displayName } from './filename.js';

describe('the name of a file that is shown', () => {
  it.each([
    ['report.pdf', 'report.pdf'],
    ['Übersicht “1” 漢字.txt', 'Übersicht “1” 漢字.txt'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\Users\\ada\\notes.md', 'notes.md'],
    ['a\0b\r\nc\td.txt', 'abcd.txt'],
    ['invoice\u202egnp.exe', 'invoicegnp.exe'],
    ['\u2066a\u2069\u200f\u200b\ufeffb.txt', 'ab.txt'],
    ['  a   b  .txt ', 'a b .txt'],
    ['so\u00adft\u180e\u{e0041}\u{e007f}\u3164.txt', 'soft.txt'],
    ['\u{e0041}\u{e0042}', 'file'],
    ['👩\u200d💻 ❤\ufe0f می\u200cخواهم.txt', '👩\u200d💻 ❤\ufe0f می\u200cخواهم.txt'],
    ['\u200d \ufe0f', 'file'],
    ['half \ud800.txt', 'half .txt'],
    ['', 'file'],
    ['..', 'file'],
    ['/', 'file'],
    ['\u202e', 'file'],
    ['.env', '.env'],
  ])('%j is %j', (sent, shown) => {
    expect(displayName(sent)).toBe(shown);
  });

  it('is cut to what can be kept, but for its ending', () => {
    const name = displayName(`${'ä'.repeat(400)}.tar.gz`);
    expect(name).toHaveLength(255);
    expect(name).toMatch(/^ä+\.tar\.gz$|^ä+\.gz$/);
    expect(displayName('a'.repeat(300))).toBe('a'.repeat(255));
    const astral = displayName(`a${'😀'.repeat(200)}.png`);
    expect(Buffer.from(astral).toString()).toBe(astral);
    expect(displayName(`a.${'b'.repeat(300)}`)).toHaveLength(255);
  });
});
