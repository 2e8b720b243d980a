import { testConfig } from '../config/config.testing.js';
import { isOwnOrigin } from './origin.js';

const config = testConfig({ CORS_ORIGINS: 'https://other.example', PUBLIC_URL: 'https://chat.example.org' });
const own = (headers: Record<string, string>) => isOwnOrigin({ host: 'localhost:3080', ...headers }, config);

describe('isOwnOrigin', () => {
  it.each([
    ['a program that is no browser', {}],
    ['a page of this host', { origin: 'http://localhost:3080' }],
    ['a page of PUBLIC_URL, behind a proxy that changes Host', { origin: 'https://chat.example.org' }],
    ['a page of CORS_ORIGINS', { origin: 'https://other.example', 'sec-fetch-site': 'cross-site' }],
    ['what the browser says is ours', { origin: 'https://some.example', 'sec-fetch-site': 'same-origin' }],
    ['a host told by a proxy', { origin: 'https://some.example', 'x-forwarded-host': 'some.example, b' }],
    ['a Host from which a proxy took the port', { host: 'some.example', origin: 'https://some.example:8443' }],
    ['a default port', { host: 'some.example:443', origin: 'https://some.example' }],
  ])('%s', (_, headers) => expect(own(headers)).toBe(true));

  it.each<[string, Record<string, string>]>([
    ['another page', { origin: 'https://evil.example' }],
    ['another port', { origin: 'http://localhost:9999' }],
    ['a page without an origin', { origin: 'null' }],
    ['a sibling site', { origin: 'http://localhost:3080', 'sec-fetch-site': 'same-site' }],
    ['another site that says no origin', { 'sec-fetch-site': 'cross-site' }],
    ['nothing that could be read', { origin: 'http://[' }],
  ])('not %s', (_, headers) => expect(own(headers)).toBe(false));
});
