import mongoose from 'mongoose';
import type { Config } from '../../config/config.js';
import { explain } from '../failure.js';
import { indexes } from '../upkeep/indexes.js';
import { UpkeepDatabases } from '../upkeep/upkeep-databases.js';
import { askClock, clockFinding } from './findings/clock.js';
import { type Finding, ok, problem, warning } from './findings/finding.js';
import { queryFindings } from './mongo-queries.js';

const PROBE_MS = 4000;
const LEAST_VERSION = 5;
/** Further behind, a secondary has old search results, and an election takes longer. */
const LAG_MS = 10_000;

type Answer = mongoose.mongo.Document;
type Admin = (command: object) => Promise<Answer>;

/** MongoDB, where it is the store: the servers first, and what is in them only where they are as they should be. */
export async function mongoFindings(config: Config, running: number): Promise<Finding[]> {
  if (config.STORE !== 'mongo') return [];
  const uris = [config.MONGO_URI, config.MONGO_USERS_URI].filter((uri) => uri !== undefined);
  const servers: Finding[] = [];
  for (const [i, uri] of uris.entries()) {
    servers.push(...(await serverFindings(i === 0 ? 'mongo' : 'mongo-users', uri, uris, config, running)));
  }
  const isSet = servers.every(({ check, level }) => level !== 'problem' || !/\.(reach|set)$/.test(check));
  if (!isSet) return servers;
  const queries = await Promise.all(uris.map((uri, i) => queryFindings(i === 0 ? 'mongo' : 'mongo-users', uri, uris)));
  return [...servers, ...queries.flat(), ...(await indexFindings(config, uris))];
}

async function serverFindings(
  name: string,
  uri: string,
  uris: string[],
  config: Config,
  running: number,
): Promise<Finding[]> {
  // Any member that answers: that there is no primary is to be found, not to be waited for.
  const options = { serverSelectionTimeoutMS: PROBE_MS, appName: 'parley', readPreference: 'nearest' } as const;
  let client: mongoose.mongo.MongoClient | undefined;
  try {
    client = await new mongoose.mongo.MongoClient(uri, options).connect();
    const database = client.db();
    const hello = await database.command({ hello: 1 });
    const found = [
      ok(`${name}.reach`, 'It answers'),
      await versionFinding(name, (command) => database.command(command)),
    ];
    const admin: Admin = (command) => (client as mongoose.mongo.MongoClient).db('admin').command(command);
    const { aheadMs, withinMs } = await askClock(async () => +(await database.command({ hello: 1 })).localTime);
    found.push(clockFinding(`${name}.clock`, 'MongoDB’s', aheadMs, withinMs));
    found.push(...(await setFindings(name, hello, admin)));
    found.push(await connectionFinding(name, admin, config, running));
    return found;
  } catch (error) {
    const remedy =
      'Start it, and look at the address (hosts, replicaSet, user, password, authSource) and at firewalls.';
    return [problem(`${name}.reach`, `It does not answer: ${explain(error, uris)}`, remedy)];
  } finally {
    await client?.close().catch(() => {});
  }
}

async function versionFinding(name: string, run: Admin): Promise<Finding> {
  const { version } = await run({ buildInfo: 1 });
  if (Number(String(version).split('.')[0]) >= LEAST_VERSION) return ok(`${name}.version`, `MongoDB ${version}`);
  const remedy = `Install MongoDB ${LEAST_VERSION} or later; 8 is best.`;
  return problem(`${name}.version`, `MongoDB ${version} is too old`, remedy);
}

async function setFindings(name: string, hello: Answer, admin: Admin): Promise<Finding[]> {
  const check = `${name}.set`;
  if (hello.msg === 'isdbgrid') return [ok(check, 'A sharded cluster')];
  if (!hello.setName) {
    const remedy =
      'Start it with --replSet rs0, then: MEMBERS=host:27017 node deploy/mongo/init.mjs. One member is enough.';
    return [problem(check, 'It is no member of a replica set, so nothing can be written safely', remedy)];
  }
  if (!hello.primary) {
    const remedy = 'Bring back members until more than half of them run; rs.status() tells why there is none.';
    return [problem(check, `${hello.setName} has no primary: nothing can be written`, remedy)];
  }
  const { hosts = [], arbiters = [] } = hello as { hosts?: string[]; arbiters?: string[] };
  if (hosts.length + arbiters.length < 3) {
    const says = `${hello.setName} has ${hosts.length} member${hosts.length > 1 ? 's' : ''}: with one away nothing can be written`;
    return [warning(check, says, 'Three members, on three machines.')];
  }
  return [
    ok(check, `${hello.setName} has a primary, and ${hosts.length} members`),
    ...(await memberFindings(name, admin)),
  ];
}

async function memberFindings(name: string, admin: Admin): Promise<Finding[]> {
  const check = `${name}.members`;
  const status = await admin({ replSetGetStatus: 1 }).catch(() => undefined);
  if (!status) return [notAllowed(check, 'How its members are')];
  const members = status.members as Array<{ name: string; state: number; stateStr: string; optimeDate?: Date }>;
  const away = members.filter(({ state }) => ![1, 2, 7].includes(state));
  if (away.length > 0) {
    const says = away.map((member) => `${member.name} is ${member.stateStr}`).join(', ');
    return [problem(check, says, 'Bring it back: the next that goes takes the set down.')];
  }
  const times = members.flatMap(({ optimeDate }) => (optimeDate ? [+optimeDate] : []));
  const lagMs = Math.max(0, ...times) - Math.min(...times, Infinity);
  if (lagMs <= LAG_MS) return [ok(check, 'All members are up')];
  const remedy = 'Look at its disk and its network; until then set MONGO_SEARCH_READ_PREFERENCE=primary.';
  return [warning(check, `A secondary is ${Math.round(lagMs / 1000)} s behind`, remedy)];
}

async function connectionFinding(name: string, admin: Admin, config: Config, running: number): Promise<Finding> {
  const check = `${name}.connections`;
  const status = await admin({ serverStatus: 1 }).catch(() => undefined);
  if (!status) return notAllowed(check, 'How many connections it takes');
  const processes = Math.max(config.INSTANCES, running);
  const [pool, takes] = [config.MONGO_MAX_POOL_SIZE, status.connections.current + status.connections.available];
  const sum = `${processes} processes × MONGO_MAX_POOL_SIZE ${pool} = ${processes * pool}`;
  if (processes * pool <= takes) return ok(check, `It takes ${takes} connections; ${sum}`);
  const remedy = 'Lower MONGO_MAX_POOL_SIZE, or raise net.maxIncomingConnections and its nofile.';
  return problem(check, `It takes ${takes} connections, but ${sum}`, remedy);
}

function notAllowed(check: string, what: string): Finding {
  return warning(check, `${what} is not known: this user may not ask`, 'Give Parley’s user the role clusterMonitor.');
}

async function indexFindings(config: Config, uris: string[]): Promise<Finding[]> {
  const check = 'mongo.indexes';
  let databases: UpkeepDatabases | undefined;
  try {
    databases = await UpkeepDatabases.open(config);
    const reports = await indexes(databases, { build: false });
    const named = (which: 'missing' | 'different') =>
      reports.flatMap((report) => report[which].map((index) => `${report.name}.${index}`)).join(', ');
    const [missing, different] = [named('missing'), named('different')];
    const findings: Finding[] = [];
    if (missing) findings.push(problem(check, `Missing: ${missing}`, 'npm run indexes'));
    if (different) {
      const remedy = 'Drop each (db.<collection>.dropIndex), then: npm run indexes';
      findings.push(problem(check, `There with other options than declared: ${different}`, remedy));
    }
    return findings.length > 0 ? findings : [ok(check, 'All are as declared')];
  } catch (error) {
    return [problem(check, `They can't be read: ${explain(error, uris)}`, 'The user needs readWrite on the database.')];
  } finally {
    await databases?.close();
  }
}
