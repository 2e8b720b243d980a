// One long answer, read well by the one who asked and not at all by `readers` others: their sockets are never read from.
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { ask } from './ask.mjs';

export default async function ([user], plan, tally, { begin, end }) {
  let messageId;
  const watch = (check) => (messageId ??= check.created?.messageId);
  const asked = ask(user, { endpoint: 'openAI', model: plan.model }, tally, { watch });
  while (!messageId) await sleep(10);
  begin();
  const { hostname, port } = new URL(plan.url);
  const sockets = Array.from({ length: plan.readers }, () => {
    const socket = connect(Number(port), hostname);
    socket.on('error', () => tally.count('closed'));
    socket.pause();
    socket.write(
      `GET /api/streams/${messageId} HTTP/1.1\r\nhost: ${hostname}\r\nauthorization: Bearer ${user.token}\r\n\r\n`,
    );
    return socket;
  });
  await sleep(plan.seconds * 1000);
  end();
  await asked;
  for (const socket of sockets) socket.destroy();
}
