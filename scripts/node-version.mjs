// Import this first: it ends the process where Node is too old, before anything else can fail for that reason.
const least = [20, 19];
const [major, minor] = process.versions.node.split('.').map(Number);

if (major < least[0] || (major === least[0] && minor < least[1])) {
  console.error(
    'Parley needs Node.js ' +
      least.join('.') +
      ' or later; this is ' +
      process.version +
      '. Get one at https://nodejs.org',
  );
  process.exit(1);
}
