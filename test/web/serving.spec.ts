import { gunzipSync } from 'node:zlib';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { useWeb } from './harness.js';

const dist = resolve(__dirname, '../../web/dist');

/** What these scripts weigh as they are sent to a browser that takes gzip. Bytes. */
function gzipped(names: string[]): number {
  return names.reduce((sum, name) => {
    const path = resolve(dist, name);
    return sum + statSync(existsSync(`${path}.gz`) ? `${path}.gz` : path).size;
  }, 0);
}

describe('the built page', () => {
  const web = useWeb();
  const html = () => readFileSync(resolve(dist, 'index.html'), 'utf8');

  it.each([
    ['where nobody is logged in', false, 'Log in'],
    ['to the empty chat', true, 'Send'],
  ])('loads less than 200 kB of gzipped JavaScript at the first visit %s', async (_, isLoggedIn, button) => {
    const page = await web.open(isLoggedIn ? await web.person() : undefined, { path: '/login' });
    const scripts = new Set<string>();
    page.on('request', (request) => {
      const { pathname } = new URL(request.url());
      if (pathname.endsWith('.js')) scripts.add(pathname.slice(1));
    });
    await page.reload();
    await page.getByRole('button', { name: button, exact: true }).waitFor();
    await page.waitForLoadState('networkidle');
    expect(scripts.size).toBeGreaterThan(0);
    expect(gzipped([...scripts])).toBeLessThan(200_000);
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
