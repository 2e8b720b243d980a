// Loaded into a server process by --profile: SIGUSR2 starts a profile, the next one ends it and writes it to PROFILE_DIR.
import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector';
import { join } from 'node:path';

const { PROFILE, PROFILE_DIR } = process.env;
const session = new Session();
session.connect();
const post = (method, params) =>
  new Promise((resolve, reject) =>
    session.post(method, params, (error, result) => (error ? reject(error) : resolve(result))),
  );

const kinds = {
  cpu: {
    start: async () => {
      await post('Profiler.enable');
      await post('Profiler.setSamplingInterval', { interval: 500 });
      await post('Profiler.start');
    },
    stop: () => post('Profiler.stop'),
    extension: 'cpuprofile',
  },
  heap: {
    start: () => post('HeapProfiler.startSampling', { samplingInterval: 16_384 }),
    stop: () => post('HeapProfiler.stopSampling'),
    extension: 'heapprofile',
  },
};

let running = false;
let number = 0;
process.on('SIGUSR2', async () => {
  const kind = kinds[PROFILE];
  running = !running;
  if (running) return kind.start();
  const { profile } = await kind.stop();
  const name = `${process.pid}-${++number}.${kind.extension}`;
  writeFileSync(join(PROFILE_DIR, name), JSON.stringify(profile));
});
