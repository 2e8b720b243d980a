import type { AddressInfo } from 'node:net';

/** Where the server can be reached, as an address to type. */
export function addressOf(bound: AddressInfo): string {
  const anywhere = bound.address === '0.0.0.0' || bound.address === '::';
  const host = anywhere ? 'localhost' : bound.family === 'IPv6' ? `[${bound.address}]` : bound.address;
  return `http://${host}:${bound.port}`;
}

/** The call that makes the very first account; `setupCode` where it needs one. */
function firstAccount(address: string, setupCode: string | undefined): string[] {
  const account = { name: 'Ada', email: 'ada@example.org', password: 'choose-a-good-one', setupCode };
  return [
    '  Nobody has registered yet. The first account becomes the admin:',
    '',
    `    curl ${address}/api/auth/register -H 'content-type: application/json' \\`,
    `      -d '${JSON.stringify(account)}'`,
  ];
}

function firstLook(address: string): string[] {
  return ['  Look how it is:', '', `    curl ${address}/health`];
}

/** What is printed for whoever watches it start: where it listens, and a first call to try. */
export function greeting(address: string, state: { isNew: boolean; setupCode?: string }): string {
  return [
    '',
    `  Parley listens on ${address} (API: ${address}/docs)`,
    '',
    ...(state.isNew ? firstAccount(address, state.setupCode) : firstLook(address)),
    '',
    '  README.md goes on from there. Ctrl-C stops it.',
    '',
  ].join('\n');
}
