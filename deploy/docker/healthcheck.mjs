// For the container's HEALTHCHECK: the image has no curl. `healthcheck.mjs ready` asks whether to send it calls.
const path = process.argv[2] === 'ready' ? '/health/ready' : '/health/live';
const { ok } = await fetch(`http://127.0.0.1:${process.env.PORT || 3080}${path}`, {
  signal: AbortSignal.timeout(4000),
}).catch(() => ({ ok: false }));
process.exit(ok ? 0 : 1);
