// The first thing that the process does. Node's permissions hold files and processes; connections only from Node 25 on. So
// whatever opens one is taken away before a library is loaded that could keep it. (What comes and goes are two pipes.)
import dgram from 'node:dgram';
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import { Worker } from 'node:worker_threads';

function refuse(): never {
  throw new Error('No connections are opened here.');
}

Object.assign(net.Socket.prototype, { connect: refuse });
Object.assign(net.Server.prototype, { listen: refuse });
Object.assign(dgram.Socket.prototype, { bind: refuse, connect: refuse, send: refuse });
for (const names of [dns, dns.promises] as object[]) {
  for (const [name, value] of Object.entries(names))
    if (typeof value === 'function') Object.assign(names, { [name]: refuse });
}
Object.assign(globalThis, { fetch: refuse, WebSocket: refuse, EventSource: refuse });
syncBuiltinESMExports();

// Ctrl+C in a terminal, and PM2, tell all processes of a group. The server goes on until it has drained, and so does this.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

// The end of the pipe tells that the server is gone; not where a library does not come to an end.
const WATCH = `
  const { workerData } = require('node:worker_threads');
  setInterval(() => process.ppid === workerData || process.kill(process.pid, 'SIGKILL'), 1000);`;
new Worker(WATCH, { eval: true, workerData: process.ppid, resourceLimits: { maxOldGenerationSizeMb: 8 } }).unref();
