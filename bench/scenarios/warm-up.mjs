// Until V8 has optimised what it will, a turn costs double: every process is warmed up before anything is measured.
export async function warmUp(lab, { ours, truth }, job) {
  const turns = lab.options.warmUp;
  if (turns === 0) return;
  for (const target of [truth, ours].filter(Boolean)) {
    lab.log(`warming ${target.isOurs ? 'Parley' : target.name} up, ${turns} turns`);
    const { failures } = await lab.measure(target, { ...job, turns, profiled: false });
    if (Object.keys(failures).length > 0) lab.log(`failures while warming up: ${JSON.stringify(failures)}`);
  }
}
