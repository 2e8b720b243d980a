// `readers` users ask and read; the others meanwhile give `files` files between them, each with a content of its own, and
// look whether it is there, byte for byte (a photo, which is written anew: whether its small form is a picture). Without
// `files`: the readers alone, for `seconds`.
import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { ask } from './ask.mjs';
import { closedLoop } from './loops.mjs';

const SIZE = 1_000_000;
const PHOTO = { width: 1000, height: 750, channels: 3 };
const BOUNDARY = 'a-boundary-of-the-benchmark';
const READ_AGAIN_MS = 200;

export default async function (users, plan, tally, { begin, end }) {
  const contentOf = plan.content === 'photo' ? await photos() : text;
  let isOver = false;
  tally.measuring = false;
  begin();
  const reading = Promise.all(
    users.slice(0, plan.readers).map(async (user) => {
      while (!isOver) await ask(user, { endpoint: 'openAI', model: plan.model }, tally);
    }),
  );
  if (plan.files) await giveAll(users.slice(plan.readers), plan, tally, contentOf);
  else await sleep(plan.seconds * 1000);
  isOver = true;
  end();
  await reading;
}

async function giveAll(users, { files, content }, tally, contentOf) {
  let n = 0;
  await closedLoop({ users, turns: files }, async (user) => {
    try {
      const problem = await give(user, { content, bytes: contentOf(++n) }, tally);
      if (problem) tally.fail(problem);
      else tally.count('files');
    } catch (error) {
      tally.fail(error.code ?? error.message);
      user.connection.close();
    }
  });
}

/** What is wrong, if anything is. */
async function give({ connection, token }, { content, bytes }, tally) {
  const headers = { authorization: `Bearer ${token}` };
  const get = (path) => connection.request({ method: 'GET', path: `/api/files/${path}`, headers });
  const filename = content === 'photo' ? 'photo.jpg' : 'notes.txt';
  const started = performance.now();
  const sent = await connection.request({ method: 'POST', path: '/api/files', headers, ...form(filename, bytes) });
  if (sent.status !== 201) return `upload ${sent.status}`;
  tally.time('upload', performance.now() - started);
  let { file } = JSON.parse(sent.body);
  while (file.state === 'processing') {
    await sleep(READ_AGAIN_MS);
    const { status, body } = await get(file.id);
    if (status !== 200) return `file ${status}`;
    ({ file } = JSON.parse(body));
  }
  if (file.state !== 'ready') return `${content} ${file.error?.code}`;
  const kept = await get(`${file.id}/content${content === 'photo' ? '?size=thumb' : ''}`);
  if (kept.status !== 200) return `content ${kept.status}`;
  const received = Buffer.from(kept.body, 'latin1');
  if (content === 'photo') return (await sharp(received).metadata()).width === 512 ? undefined : 'the photo is wrong';
  return hashOf(received) === hashOf(bytes) ? undefined : 'the content is wrong';
}

function form(filename, bytes) {
  const head = `--${BOUNDARY}\r\ncontent-disposition: form-data; name="file"; filename="${filename}"\r\n\r\n`;
  const body = Buffer.concat([Buffer.from(head), bytes, Buffer.from(`\r\n--${BOUNDARY}--\r\n`)]);
  return { body, contentType: `multipart/form-data; boundary=${BOUNDARY}` };
}

const hashOf = (bytes) => createHash('sha256').update(bytes).digest('hex');

/** Letters, so that they are read as a text. */
function text() {
  return Buffer.from(randomBytes(SIZE / 2).toString('hex'));
}

/** As large as a photo from a phone that was made smaller. One is drawn; the others differ from it by a comment within. */
async function photos() {
  const noise = randomBytes(PHOTO.width * PHOTO.height * PHOTO.channels);
  const photo = await sharp(noise, { raw: PHOTO }).jpeg({ quality: 80 }).toBuffer();
  return () => {
    const comment = randomBytes(16).toString('hex');
    const segment = Buffer.from([0xff, 0xfe, 0, comment.length + 2]);
    return Buffer.concat([photo.subarray(0, 2), segment, Buffer.from(comment), photo.subarray(2)]);
  };
}
