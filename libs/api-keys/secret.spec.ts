import { claimsToBeSecret, hashOf, isSameHash, isSecret, newSecret, prefixOf } from './index.js';

describe('the secret of a key', () => {
  it('is a mark, 43 letters and digits, and 6 of their checksum', () => {
    const secret = newSecret();
    expect(secret).toMatch(/^sk-parley-[0-9A-Za-z]{49}$/);
    expect(isSecret(secret)).toBe(true);
    expect(prefixOf(secret)).toBe(secret.slice(0, 14));
  });

  it('has the CRC32 of the 43 in base62, filled up with zeros', () => {
    // By another implementation: Python's zlib.crc32, and 0-9A-Za-z by hand.
    expect(isSecret(`sk-parley-${'0'.repeat(43)}2CZclj`)).toBe(true);
    expect(isSecret(`sk-parley-${'parley'.repeat(7)}z1kGtgl`)).toBe(true);
  });

  it('with any one letter mistyped, missing or in another place is none', () => {
    const secret = newSecret();
    for (let i = 'sk-parley-'.length; i < secret.length; i++) {
      const other = secret[i] === 'x' ? 'y' : 'x';
      expect(isSecret(secret.slice(0, i) + other + secret.slice(i + 1))).toBe(false);
      expect(isSecret(secret.slice(0, i) + secret.slice(i + 1))).toBe(false);
      if (secret[i] === secret[i + 1] || i + 1 === secret.length) continue;
      expect(isSecret(secret.slice(0, i) + secret[i + 1] + secret[i] + secret.slice(i + 2))).toBe(false);
    }
  });

  it.each(['', 'sk-parley-', `sk-parley-${'ä'.repeat(49)}`, `${newSecret()}\n`, ` ${newSecret()}`])(
    'is not %j',
    (text) => {
      expect(isSecret(text)).toBe(false);
    },
  );

  it('is known by its mark alone where it is not well-formed', () => {
    expect(claimsToBeSecret('sk-parley-x')).toBe(true);
    expect(claimsToBeSecret('sk-x')).toBe(false);
  });

  it('favours no letter and no place', () => {
    const counts = new Map<string, number>();
    const secrets = Array.from({ length: 2000 }, () => newSecret());
    for (const secret of secrets) {
      for (const letter of secret.slice(10, 53)) counts.set(letter, (counts.get(letter) ?? 0) + 1);
    }
    expect(counts.size).toBe(62);
    // 86,000 letters, 1,387 of each: a letter with 5 chances in 256 where the others have 4 would be far outside.
    const expected = (2000 * 43) / 62;
    for (const count of counts.values()) expect(Math.abs(count - expected)).toBeLessThan(6 * Math.sqrt(expected));
    expect(new Set(secrets).size).toBe(2000);
  });

  it('is kept as a hash that tells nothing and is compared whole', () => {
    const secret = newSecret();
    expect(hashOf(secret)).toHaveLength(43);
    expect(isSameHash(hashOf(secret), hashOf(secret))).toBe(true);
    expect(isSameHash(hashOf(secret), hashOf(newSecret()))).toBe(false);
    expect(isSameHash(hashOf(secret), '')).toBe(false);
  });
});
