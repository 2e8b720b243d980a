import type { AddressInfo } from 'node:net';

/** Where the server can be reached, as an address to type. */
export function addressOf(bound: AddressInfo): string {
  const anywhere = bound.address === '0.0.0.0' || bound.address === '::';
  const host = anywhere ? 'localhost' : bound.family === 'IPv6' ? `[${bound.address}]` : bound.address;
  return `http://${host}:${bound.port}`;
}

/** What a start is greeted with. */
export interface StartState {
  /** Nobody has registered yet, and people may. */
  isNew: boolean;
  /** Of the first account, where nobody has registered yet. */
  setupCode?: string;
  /** It is needed only by who comes through a proxy. */
  codeForProxy?: boolean;
  /** Whether the web client is built. */
  hasPage: boolean;
}

/** Where to begin in a browser. */
function openPage(address: string, { isNew, setupCode, codeForProxy }: StartState): string[] {
  const code = setupCode ? ['', `    set-up code${codeForProxy ? ', through a proxy' : ''}: ${setupCode}`] : [];
  const first = isNew ? ['', '  Nobody has registered yet. The first account becomes the admin.', ...code] : [];
  return ['  Open it in a browser:', '', `    ${address}`, ...first];
}

/** The call that makes the very first account. */
function firstAccount(address: string, state: StartState): string[] {
  const setupCode = state.codeForProxy ? undefined : state.setupCode;
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

function firstStep(address: string, state: StartState): string[] {
  if (state.hasPage) return openPage(address, state);
  return state.isNew ? firstAccount(address, state) : firstLook(address);
}

/** What is printed for whoever watches it start: where it listens, and what to do first. */
export function startMessage(address: string, state: StartState): string {
  return [
    '',
    `  Parley listens on ${address} (API: ${address}/docs)`,
    '',
    ...firstStep(address, state),
    '',
    '  README.md goes on from there. Ctrl-C stops it.',
    '',
  ].join('\n');
}
