// Makes the replica set and Parley's own user, once; any number of times. Run by compose's mongo-init, and by hand:
//
//   MEMBERS=db1:27017,db2:27017,db3:27017 ROOT_PASSWORD_FILE=… APP_URI_FILE=… node deploy/mongo/init.mjs
//
// APP_URI_FILE holds what becomes MONGO_URI: user and password in it are made. Without it, or without ROOT_PASSWORD_FILE
// (no authentication), only the set is.
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import mongoose from 'mongoose';

const { MongoClient } = mongoose.mongo;
const { MEMBERS = '', SET_NAME = 'rs0', ROOT_USER = 'root', ROOT_PASSWORD_FILE, APP_URI_FILE } = process.env;
const members = MEMBERS.split(',').filter(Boolean);
const read = (file) => (file ? readFileSync(file, 'utf8').trim() : undefined);
const password = read(ROOT_PASSWORD_FILE);
const auth = password ? { auth: { username: ROOT_USER, password }, authSource: 'admin' } : {};
const WAIT_MS = 120_000;

/** A primary that was silent for so long is replaced; MongoDB's own is 10 s. Parley's calls are repeated for 15. */
const ELECTION_MS = 5000;

/** NotYetInitialized, and a server that has just come up. */
const NOT_YET = 94;
const ALREADY = 23;

async function initiate(admin) {
  const status = await admin.command({ replSetGetStatus: 1 }).catch((error) => {
    if (error.code === NOT_YET) return undefined;
    throw error;
  });
  if (!status) {
    const settings = { electionTimeoutMillis: ELECTION_MS };
    const config = { _id: SET_NAME, members: members.map((host, _id) => ({ _id, host })), settings };
    await admin.command({ replSetInitiate: config }).catch((error) => {
      if (error.code !== ALREADY) throw error;
    });
    console.log(
      `${SET_NAME} is made of ${members.join(', ')}. ${ELECTION_MS / 1000} s without a primary, and another is elected.`,
    );
    return;
  }
  const known = status.members.map(({ name }) => name);
  console.log(`${status.set} is there, of ${known.join(', ')}.`);
  const missing = members.filter((name) => !known.includes(name));
  // To change a set is for people: a wrong list must not take a member out.
  if (missing.length > 0) console.log(`Not in it: ${missing.join(', ')}. Add them with rs.add() in mongosh.`);
  const { config } = await admin.command({ replSetGetConfig: 1 });
  const elects = config.settings?.electionTimeoutMillis;
  if (elects > ELECTION_MS) {
    console.log(
      `Another primary is elected after ${elects / 1000} s. ${ELECTION_MS / 1000} s shorten an outage, in mongosh: ` +
        `c = rs.conf(); c.settings.electionTimeoutMillis = ${ELECTION_MS}; rs.reconfig(c).`,
    );
  }
}

async function untilPrimary(admin) {
  for (const until = Date.now() + WAIT_MS; ; await sleep(500)) {
    const hello = await admin.command({ hello: 1 });
    if (hello.primary) return;
    if (Date.now() > until) throw new Error('The set has elected no primary.');
  }
}

/** May read and write its own database, and ask the server how many connections it takes. */
async function makeUser(uri) {
  const { username, password: pwd, pathname, searchParams } = new URL(uri.replace(/(@|\/\/)([^/@]+)\//, '$1host/'));
  const name = decodeURIComponent(username);
  const data = pathname.slice(1) || 'test';
  const roles = [
    { role: 'readWrite', db: data },
    { role: 'clusterMonitor', db: 'admin' },
  ];
  const client = new MongoClient(`mongodb://${members.join(',')}/?replicaSet=${SET_NAME}`, auth);
  try {
    const db = client.db(searchParams.get('authSource') ?? data);
    const { users } = await db.command({ usersInfo: name });
    const command = users.length > 0 ? 'updateUser' : 'createUser';
    await db.command({ [command]: name, pwd: decodeURIComponent(pwd), roles });
    console.log(`The user ${name} may read and write ${data}.`);
  } finally {
    await client.close();
  }
}

if (members.length === 0) {
  console.error('MEMBERS must name the members: host:port, with commas.');
  process.exit(78);
}
const first = new MongoClient(`mongodb://${members[0]}/?directConnection=true`, auth);
try {
  const admin = first.db('admin');
  await initiate(admin);
  await untilPrimary(admin);
  const uri = read(APP_URI_FILE);
  if (password && uri) await makeUser(uri);
} finally {
  await first.close();
}
