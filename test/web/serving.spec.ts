import { gunzipSync } from 'node:zlib';
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { useWeb } from './harness.js';

const dist = resolve(__dirname, '../../web/dist');

/** JavaScript that the page loads before anybody has done anything: what its HTML names, and what that imports. */
function firstScripts(html: string): string[] {
  const found = new Set([...html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)].map(([, name]) => name));
  for (const name of found) {
    const text = readFileSync(resolve(dist, name), 'utf8');
    for (const [, other] of text.matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g)) found.add(`assets/${other}`);
  }
  return [...found];
}

const gzippedKb = (names: string[]) =>
  names.reduce((sum, name) => {
    const packed = `${resolve(dist, name)}.gz`;
    const bytes = readdirSync(resolve(dist, 'assets')).includes(`${name.slice(7)}.gz`)
      ? readFileSync(packed)
      : undefined;
    return sum + (bytes ?? readFileSync(resolve(dist, name))).length / 1024;
  }, 0);

describe('the built page', () => {
  const web = useWeb();
  const html = () => readFileSync(resolve(dist, 'index.html'), 'utf8');

  it('loads less than 200 kB of gzipped JavaScript at first', () => {
    const scripts = firstScripts(html());
    expect(scripts.length).toBeGreaterThan(0);
    expect(gzippedKb(scripts)).toBeLessThan(200);
  });

  it('keeps its scripts and styles in files of their own', () => {
    expect(html()).not.toMatch(/<script(?![^>]*\ssrc=)[^>]*>|<style|\sstyle=|\son\w+=/i);
  });

  it('has every asset compressed, and each comes out as what it is', () => {
    const assets = readdirSync(resolve(dist, 'assets'));
    for (const name of assets.filter((file) => file.endsWith('.gz'))) {
      const plain = readFileSync(resolve(dist, 'assets', name.slice(0, -3)));
      expect(gunzipSync(readFileSync(resolve(dist, 'assets', name))).equals(plain)).toBe(true);
      expect(assets).toContain(name.replace(/gz$/, 'br'));
    }
  });

  it('comes with its policy, and everything it names is there, for ever', async () => {
    const response = await fetch(`${web.url}/c/any`, { headers: { accept: 'text/html' } });
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none';script-src 'self'");
    const names = [...(await response.text()).matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path]) => path);
    expect(names.length).toBeGreaterThan(1);
    for (const path of names) {
      const asset = await fetch(web.url + path);
      expect([path, asset.status]).toEqual([path, 200]);
      if (path.startsWith('/assets/')) expect(asset.headers.get('cache-control')).toContain('immutable');
      await asset.body?.cancel();
    }
  });

  it('leaves the API what it was', async () => {
    const response = await fetch(`${web.url}/api/unknown`, { headers: { accept: 'text/html' } });
    expect([response.status, response.headers.get('content-type')]).toEqual([404, 'application/problem+json']);
  });
});
