// A signal to npm ends npm and its shell, and is not passed on to what they started: whoever runs beneath npm looks whether
// it is still there. What was started otherwise may outlive its parent (nohup, setsid) and is left alone.
const parent = process.ppid;
const LOOK_MS = 500;

/** Calls `stop` once, when the npm that started this process is gone. Keeps nobody alive. */
export function whenNpmIsGone(stop) {
  if (!process.env.npm_lifecycle_event) return;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    stop();
  }, LOOK_MS);
  timer.unref();
}
