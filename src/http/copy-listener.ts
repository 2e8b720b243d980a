// A process of its own, for Listeners: sends the listening socket that it is given back as often as it is told, and what it
// takes meanwhile.
import { createServer, type Server, type Socket } from 'node:net';

function sent(message: string, handle: Server | Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    process.send!(message, handle, {}, (error) => (error ? reject(error) : resolve()));
  });
}

async function copy(times: number, server: Server): Promise<void> {
  const taken: Promise<void>[] = [];
  // What is sent on a connection is for the other process to read.
  const listener = createServer({ pauseOnConnect: true }, (socket) => taken.push(sent('connection', socket)));
  listener.listen(server);
  for (let i = 0; i < times; i++) await sent('listener', listener);
  listener.close();
  await Promise.all(taken);
}

// Whoever started it is gone, or has given it up: also before this was read, or where nothing tells of it.
process.once('disconnect', () => process.exit());
setTimeout(() => process.exit(), 30_000);
if (!process.connected) process.exit();
process.once(
  'message',
  (times: number, server: Server) => void copy(times, server).finally(() => process.disconnect()),
);
// Not before: a socket that nobody waits for here listens all the same, and what it takes is lost.
process.send!('ready');
