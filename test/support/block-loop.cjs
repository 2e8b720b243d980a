// Loaded into the product by a test: SIGUSR2 blocks its event loop until a file is there.
const { existsSync } = require('node:fs');
const { isMainThread } = require('node:worker_threads');

const file = process.env.BLOCK_UNTIL;
if (isMainThread && file) {
  process.on('SIGUSR2', () => {
    while (!existsSync(file));
  });
}
