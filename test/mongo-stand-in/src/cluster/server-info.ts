import { Long } from 'bson';
import { ServerError } from '../errors.js';
import type { Doc } from '../wire/bson.js';
import type { Connection } from './connection.js';
import { hello } from './hello.js';
import type { Node } from './node.js';

/** The version whose commands and error codes are followed. */
const VERSION = '7.0.0';
const FAMILY = '7.0';

type NodeCommand = (node: Node, connection: Connection, command: Doc) => Doc;

const greet: NodeCommand = (node, connection, command) => {
  connection.appName ??= command.client?.application?.name;
  return hello(node);
};

const buildInfo: NodeCommand = () => ({
  version: VERSION,
  gitVersion: 'stand-in',
  modules: [],
  versionArray: [...VERSION.split('.').map(Number), 0],
  bits: 64,
  debug: false,
  maxBsonObjectSize: 16_777_216,
  storageEngines: ['stand-in'],
});

const serverStatus: NodeCommand = (node) => ({
  host: node.address,
  version: VERSION,
  process: 'stand-in',
  pid: Long.fromNumber(process.pid),
  uptime: process.uptime(),
  localTime: node.set.store.clock.now(),
  connections: { current: node.openConnections, available: 50_000, totalCreated: node.acceptedConnections },
  opcounters: Object.fromEntries(node.commandCounts),
  repl: { setName: node.set.name, ismaster: node.isPrimary, hosts: node.set.nodes.map(({ address }) => address) },
  storageEngine: { name: 'stand-in' },
});

const endSessions: NodeCommand = (node, _connection, command) => {
  node.set.sessions.end(command.endSessions);
  return {};
};

const replSetGetStatus: NodeCommand = (node) => ({
  set: node.set.name,
  myState: node.isPrimary ? 1 : 2,
  term: Long.fromNumber(node.set.term),
  members: node.set.nodes.map((member, _id) => ({
    _id,
    name: member.address,
    health: member.alive ? 1 : 0,
    ...(member.isPrimary
      ? { state: 1, stateStr: 'PRIMARY' }
      : member.alive
        ? { state: 2, stateStr: 'SECONDARY' }
        : { state: 8, stateStr: '(not reachable/healthy)' }),
    self: member === node,
    optime: { ts: node.set.store.clock.operationTime, t: Long.fromNumber(node.set.term) },
  })),
});

const replSetGetConfig: NodeCommand = ({ set }) => ({
  config: {
    _id: set.name,
    version: 1,
    term: Long.fromNumber(set.term),
    members: set.nodes.map(({ address }, _id) => ({ _id, host: address })),
    settings: { electionTimeoutMillis: 10_000 },
  },
});

const replSetStepDown: NodeCommand = (node) => {
  if (!node.isPrimary) throw new ServerError('NotWritablePrimary', 'not primary so can not step down');
  node.set.beginStepDown();
  return {};
};

const nothing: NodeCommand = () => ({});

/** Commands about a node or the set, that touch no data. */
export const NODE_COMMANDS: Record<string, NodeCommand> = {
  hello: greet,
  isMaster: greet,
  ismaster: greet,
  ping: nothing,
  endSessions,
  refreshSessions: nothing,
  killSessions: nothing,
  killAllSessions: nothing,
  logout: nothing,
  buildInfo,
  buildinfo: buildInfo,
  serverStatus,
  connectionStatus: () => ({ authInfo: { authenticatedUsers: [], authenticatedUserRoles: [] } }),
  getParameter: () => ({ featureCompatibilityVersion: { version: FAMILY } }),
  getCmdLineOpts: ({ set }) => ({ argv: ['stand-in'], parsed: { replication: { replSet: set.name } } }),
  whatsmyuri: (_node, connection) => ({ you: connection.peer }),
  hostInfo: ({ address }) => ({ system: { hostname: address }, os: {}, extra: {} }),
  replSetGetStatus,
  replSetGetConfig,
  replSetStepDown,
  replSetInitiate: nothing, // it is a set from the start
  configureFailPoint: (node, _connection, command) => node.failPoint.configure(command),
};
