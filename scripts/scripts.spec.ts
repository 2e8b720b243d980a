/* global __dirname */
import process from 'node:process';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { availableParallelism, homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readEnv } from '../src/config/env-file.js';

/** Stands in for npm: notes that it was called, and puts there what the lock asks for, with a compiler of its own kind. */
const npm = `
  const fs = require('node:fs');
  const clone = process.env.CLONE;
  fs.appendFileSync(clone + '/calls', 'npm ' + process.argv.slice(2).join(' ') + '\\n');
  fs.rmSync('node_modules', { recursive: true, force: true });
  if (fs.existsSync(clone + '/npm-fails')) process.exit(3);
  fs.mkdirSync('node_modules/pm2/bin', { recursive: true });
  fs.writeFileSync('node_modules/pm2/bin/pm2', 'require("fs").appendFileSync(process.env.CLONE + "/calls", "pm2 " + process.argv[2] + require("os").EOL)');
  fs.mkdirSync('node_modules/typescript/bin', { recursive: true });
  fs.copyFileSync('package-lock.json', 'node_modules/.package-lock.json');
  fs.copyFileSync(clone + '/tsc.cjs', 'node_modules/typescript/bin/tsc');
  fs.mkdirSync('node_modules/vite/bin', { recursive: true });
  fs.copyFileSync(clone + '/vite.cjs', 'node_modules/vite/bin/vite.js');
`;
/** Makes of `web/main.js` an asset named by its content, and a page that names it. */
const vite = `
  const fs = require('node:fs');
  const [command, web, , out] = process.argv.slice(2);
  fs.appendFileSync(process.env.CLONE + '/calls', 'vite ' + command + '\\n');
  const text = fs.readFileSync(web + '/main.js', 'utf8');
  if (text.includes('mistake') || process.env.NODE_ENV !== 'production') process.exit(1);
  fs.rmSync(out, { recursive: true, force: true });
  fs.mkdirSync(out + '/assets', { recursive: true });
  fs.writeFileSync(out + '/assets/main-' + text.length + '.js', text);
  fs.writeFileSync(out + '/index.html', 'main-' + text.length);
`;
const tsc = `
  const fs = require('node:fs');
  fs.appendFileSync(process.env.CLONE + '/calls', 'tsc ' + process.argv[2] + '\\n');
  if (fs.readFileSync('src/main.ts', 'utf8').includes('mistake')) process.exit(2);
  fs.mkdirSync('dist/src', { recursive: true });
  for (const name of fs.readdirSync('src')) fs.copyFileSync('src/' + name, 'dist/src/' + name.replace('.ts', '.js'));
`;

describe('scripts', () => {
  let clone;
  const file = (name) => join(clone, name);
  const write = (name, text) => writeFileSync(file(name), text);
  const lock = (version) =>
    JSON.stringify({ packages: { '': {}, 'node_modules/a': { version }, 'node_modules/b': { optional: true } } });

  beforeEach(() => {
    clone = mkdtempSync(join(tmpdir(), 'parley-clone-'));
    cpSync(__dirname, file('scripts'), { recursive: true });
    mkdirSync(file('src'));
    write('package-lock.json', lock('1.0.0'));
    write('calls', '');
    write('npm.cjs', npm);
    write('tsc.cjs', tsc);
    write('vite.cjs', vite);
    write(
      'src/main.ts',
      'console.log("ran " + process.argv.slice(2)); process.exitCode = Number(process.argv[2] ?? 0)',
    );
  });
  afterEach(() => rmSync(clone, { recursive: true, force: true }));

  const options = () => ({
    cwd: clone,
    encoding: 'utf8',
    env: { ...process.env, npm_execpath: file('npm.cjs'), CLONE: clone },
  });
  const start = (...args) => spawnSync(process.execPath, ['scripts/start.mjs', ...args], options());
  /** What was called since the last look. */
  function calls() {
    const lines = readFileSync(file('calls'), 'utf8').split('\n').filter(Boolean);
    write('calls', '');
    return lines.map((line) => line.split(' ')[0]);
  }

  describe('start', () => {
    it('installs and builds a fresh clone, and the second time neither', () => {
      const first = start();
      expect([first.status, first.stdout]).toEqual([0, expect.stringContaining('ran')]);
      expect(calls()).toEqual(['npm', 'tsc']);
      expect(start().stdout).toBe('ran \n');
      expect(calls()).toEqual([]);
    });

    it('builds again when a source changed, came or went, and installs again when the lock changed', () => {
      start();
      calls();
      utimesSync(file('src/main.ts'), new Date(), new Date(1));
      start();
      expect(calls()).toEqual(['tsc']);
      write('src/other.ts', '');
      start();
      expect(calls()).toEqual(['tsc']);
      rmSync(file('src/other.ts'));
      start();
      expect(calls()).toEqual(['tsc']);
      write('package-lock.json', lock('2.0.0'));
      start();
      expect(calls()).toEqual(['npm']);
    });

    it('sees that somebody installed by hand', () => {
      start();
      calls();
      write('package-lock.json', lock('2.0.0'));
      write('node_modules/.package-lock.json', lock('2.0.0'));
      start();
      expect(calls()).toEqual([]);
    });

    it('does not run what could not be built, and tries again the next time', () => {
      write('src/main.ts', '// mistake');
      expect(start()).toMatchObject({ status: 2, stderr: expect.stringContaining('Building failed') });
      expect(start().status).toBe(2);
      expect(calls()).toEqual(['npm', 'tsc', 'tsc']);
    });

    it('waits for another process that prepares, and not for one that has died', async () => {
      const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
      try {
        write('dist-next.pid', String(other.pid));
        const child = spawn(process.execPath, ['scripts/start.mjs'], options());
        let said = '';
        child.stdout.on('data', (text) => (said += text));
        const end = once(child, 'close');
        while (!said.includes(`Process ${other.pid} installs or builds here`)) await once(child.stdout, 'data');
        expect(calls()).toEqual([]);
        const gone = once(other, 'exit');
        other.kill('SIGKILL');
        await gone;
        expect((await end)[0]).toBe(0);
        expect([calls(), existsSync(file('dist-next.pid'))]).toEqual([['npm', 'tsc'], false]);
      } finally {
        other.kill('SIGKILL');
      }
    });

    it('passes arguments in and the exit code out', () => {
      expect(start('78', '--check')).toMatchObject({ status: 78, stdout: expect.stringContaining('ran 78,--check') });
    });

    it('also starts no cluster where only the configuration is to be checked', () => {
      const { status, stdout } = spawnSync(process.execPath, ['scripts/cluster.mjs', '0', '--check'], options());
      expect([status, stdout.split('\n').at(-2)]).toEqual([0, 'ran 0,--check']);
    });

    it('passes a signal on, and waits for the end', async () => {
      const program = `
        process.on('SIGTERM', () => { console.log('bye'); process.exit(7); });
        setInterval(() => {}, 1000);
        console.log('up');
      `;
      write('src/main.ts', program);
      const child = spawn(process.execPath, ['scripts/start.mjs'], options());
      let said = '';
      child.stdout.on('data', (text) => {
        said += text;
        if (said.endsWith('up\n')) child.kill('SIGTERM');
      });
      expect(await once(child, 'exit')).toEqual([7, null]);
      expect(said).toMatch(/up\nbye\n$/);
    });

    describe('through npm', () => {
      /** Says that it is up, and when it was told to stop; ends itself where nobody tells it. */
      const server = `
        const { appendFileSync } = require('node:fs');
        process.on('SIGTERM', () => { appendFileSync('said', 'stopped'); process.exit(); });
        setTimeout(() => process.exit(), 240_000);
        appendFileSync('said', process.pid + '\\n');
      `;
      const said = () => (existsSync(file('said')) ? readFileSync(file('said'), 'utf8') : '');
      const isAlive = (pid) => {
        try {
          return process.kill(pid, 0);
        } catch {
          return false;
        }
      };
      async function until(condition) {
        for (const end = Date.now() + 120_000; !condition(); await sleep(50)) {
          if (Date.now() > end) throw new Error(`waited in vain; it said ${JSON.stringify(said())}`);
        }
      }

      it.each(['start', 'start:cluster'])('%s stops the server when npm gets SIGTERM', async (script) => {
        const commands = { start: 'node scripts/start.mjs', 'start:cluster': 'node scripts/cluster.mjs' };
        write('package.json', JSON.stringify({ scripts: commands }));
        start();
        write('src/main.ts', server);
        mkdirSync(file('node_modules/pm2/bin'), { recursive: true });
        write('node_modules/pm2/bin/pm2-runtime', server);
        const npm = spawn('npm', ['run', script], { ...options(), stdio: 'ignore' });
        const left = once(npm, 'exit');
        await until(() => said().endsWith('\n'));
        npm.kill('SIGTERM');
        await left;
        await until(() => !isAlive(Number.parseInt(said())));
        expect(said()).toMatch(/^\d+\nstopped$/);
      });
    });

    it('refuses a Node.js that is too old, in one line', () => {
      const older = `Object.defineProperty(process.versions, 'node', { value: '20.18.3' }); await import('./scripts/start.mjs')`;
      const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', older], options());
      expect([status, stderr.split('\n')[0]]).toEqual([1, expect.stringContaining('needs Node.js 20.19 or later')]);
      expect(calls()).toEqual([]);
    });
  });

  describe('reload', () => {
    const reload = (env = {}) =>
      spawnSync(process.execPath, ['scripts/reload.mjs'], { ...options(), env: { ...options().env, ...env } });
    const text = (name) => readFileSync(file(name), 'utf8');
    const program = (name) => `
      const fs = require('node:fs');
      fs.appendFileSync(process.env.CLONE + '/calls', '${name} ' + process.argv[2] + '\\n');
      if (fs.existsSync(process.env.CLONE + '/${name}-fails')) process.exitCode = 78;
    `;
    beforeEach(() => {
      mkdirSync(file('web'));
      write('web/index.html', 'a page');
      write('web/main.js', 'first');
      write('src/main.ts', program('check'));
      write('src/cli.ts', program('indexes'));
      start();
      // All of it is new.
      write('package-lock.json', lock('2.0.0'));
      write('web/main.js', 'the second');
      write('src/main.ts', `${program('check')} // second`);
      calls();
    });

    it('installs, builds and tries beside what runs, and exchanges it when all is well', () => {
      expect(reload({ MONGO_URI: 'mongodb://127.0.0.1/parley' }).status).toBe(0);
      expect(calls()).toEqual(['npm', 'tsc', 'vite', 'check', 'indexes', 'pm2']);
      expect(JSON.parse(text('node_modules/.package-lock.json'))).toEqual(JSON.parse(lock('2.0.0')));
      expect([text('dist/src/main.js').includes('second'), text('web/dist/index.html')]).toEqual([true, 'main-10']);
      const left = readdirSync(clone).filter((name) => /^(dist|node_modules)/.test(name));
      expect(left.sort()).toEqual(['dist', 'dist-previous', 'node_modules']);
      expect(text('dist-previous/src/main.js')).not.toContain('second');
      // And there is nothing left to be done at the next start.
      start();
      expect(calls()).toEqual(['check']);
    });

    it('builds nothing where .env alone is new: it tries that with the build that is there', () => {
      start();
      calls();
      expect(reload({ MONGO_URI: '' }).status).toBe(0);
      write('check-fails', '');
      expect(reload({ MONGO_URI: '' }).status).not.toBe(0);
      expect(calls()).toEqual(['check', 'pm2', 'check']);
      expect(readdirSync(clone).filter((name) => name.startsWith('dist'))).toEqual(['dist', 'dist-previous']);
    });

    it('makes no indexes without MongoDB', () => {
      expect(reload({ MONGO_URI: '' }).status).toBe(0);
      expect(calls()).toEqual(['npm', 'tsc', 'vite', 'check', 'pm2']);
    });

    it.each([
      ['the packages', () => write('npm-fails', ''), 'npm'],
      ['the build', () => write('src/main.ts', '// mistake'), 'tsc'],
      ['the page', () => write('web/main.js', 'mistake'), 'vite'],
      ['the try', () => write('check-fails', ''), 'check'],
      ['the indexes', () => write('indexes-fails', ''), 'indexes'],
    ])('changes nothing where %s can’t be made', (_, breakIt, last) => {
      const state = () => [
        text('node_modules/.package-lock.json'),
        text('node_modules/.parley-installed'),
        existsSync(file('node_modules/typescript/bin/tsc')),
        text('dist/src/main.js'),
        text('web/dist/index.html'),
        ...readdirSync(clone).filter((name) => /^(dist|node_modules)/.test(name)),
        ...readdirSync(file('web')),
      ];
      const before = state();
      breakIt();
      const { status, stderr } = reload({ MONGO_URI: 'mongodb://127.0.0.1/parley' });
      expect([status === 0, stderr]).toEqual([false, expect.stringContaining('Nothing was changed')]);
      expect(calls().at(-1)).toBe(last);
      expect(state()).toEqual(before);
    });

    it('start, too, leaves the packages that are there where new ones can’t be installed', () => {
      write('npm-fails', '');
      expect(start().status).not.toBe(0);
      expect(existsSync(file('node_modules/typescript/bin/tsc'))).toBe(true);
    });
  });

  describe('a command', () => {
    const command = () => spawnSync(process.execPath, ['scripts/command.mjs', 'users', 'list'], options());
    beforeEach(() => write('src/cli.ts', 'console.log("it " + process.argv.slice(2))'));

    it('makes the build of a fresh clone', () => {
      expect(command()).toMatchObject({ status: 0, stderr: '', stdout: expect.stringMatching(/it users,list\n$/) });
      expect(calls()).toEqual(['npm', 'tsc']);
    });

    it.each([
      ['the sources', () => write('src/main.ts', '// newer')],
      ['the packages', () => write('package-lock.json', lock('2.0.0'))],
    ])('builds nothing under servers that run: it says that %s are newer', (_, change) => {
      start();
      calls();
      change();
      const { status, stdout, stderr } = command();
      expect([status, stdout, stderr]).toEqual([0, 'it users,list\n', expect.stringContaining('newer than the build')]);
      expect(calls()).toEqual([]);
    });
  });

  describe('the web client', () => {
    const asset = (name) => file(join('web', 'dist', 'assets', name));
    const sourceOf = (length) => 'x'.repeat(length);
    beforeEach(() => {
      mkdirSync(file('web'));
      write('web/index.html', 'a page');
      write('web/main.js', sourceOf(5000));
      start();
    });

    it('is built with the server, compressed, and the second time not', () => {
      expect(calls()).toEqual(['npm', 'tsc', 'vite']);
      expect(readFileSync(file('web/dist/index.html'), 'utf8')).toBe('main-5000');
      expect(`${brotliDecompressSync(readFileSync(asset('main-5000.js.br')))}`).toBe(sourceOf(5000));
      expect(`${gunzipSync(readFileSync(asset('main-5000.js.gz')))}`).toBe(sourceOf(5000));
      start();
      expect(calls()).toEqual([]);
      expect(readdirSync(file('web'))).toEqual(['dist', 'index.html', 'main.js']);
    });

    it('is built alone where only it has changed; of what is too short nothing is compressed', () => {
      calls();
      write('web/main.js', sourceOf(100));
      start();
      expect(calls()).toEqual(['vite']);
      expect(readFileSync(file('web/dist/index.html'), 'utf8')).toBe('main-100');
      expect(existsSync(asset('main-100.js.br'))).toBe(false);
    });

    it('keeps the assets of earlier builds for a week', () => {
      write('web/main.js', sourceOf(100));
      start();
      expect(readdirSync(file('web/dist/assets'))).toEqual([
        'main-100.js',
        'main-5000.js',
        'main-5000.js.br',
        'main-5000.js.gz',
      ]);
      const since = file('web/dist/.replaced.json');
      const aged = readFileSync(since, 'utf8').replaceAll(/\d{13}/g, String(Date.now() - 7 * 24 * 3_600_000));
      writeFileSync(since, aged);
      write('web/main.js', sourceOf(200));
      start();
      expect(readdirSync(file('web/dist/assets'))).toEqual(['main-100.js', 'main-200.js']);
    });

    it('that an earlier build has again is none of the earlier any more', () => {
      for (const length of [100, 5000]) {
        write('web/main.js', sourceOf(length));
        start();
      }
      expect(Object.keys(JSON.parse(readFileSync(file('web/dist/.replaced.json'), 'utf8')))).toEqual([
        join('assets', 'main-100.js'),
      ]);
    });

    it('that could not be built leaves the present one, and is tried again', () => {
      write('web/main.js', 'mistake');
      calls();
      expect(start()).toMatchObject({ status: 1, stderr: expect.stringContaining('Building the web client failed') });
      expect(start().status).toBe(1);
      expect(calls()).toEqual(['vite', 'vite']);
      expect(readFileSync(file('web/dist/index.html'), 'utf8')).toBe('main-5000');
    });
  });

  describe('the tests’ redis-server', () => {
    const bin = (name) => file(join('bin', name));
    const put = (name, text) => writeFileSync(bin(name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    const called = () => readFileSync(file('calls'), 'utf8');
    beforeEach(() => mkdirSync(file('bin')));

    /** Runs the check where there is nothing but what was `put`. */
    function check(uid) {
      const program = `
        process.getuid = () => ${uid};
        (await import('./scripts/real-servers.mjs')).requireServer('redis');
        console.log('has it');
      `;
      const env = { ...process.env, PATH: bin(''), CALLS: file('calls'), SERVER: bin('redis-server') };
      return spawnSync(process.execPath, ['--input-type=module', '-e', program], { ...options(), env });
    }
    const apt = (install) => `echo "$@" >> "$CALLS"; if [ "$1" = install ]; then ${install}; fi`;

    it('is taken where there is one', () => {
      put('redis-server', 'exit 0');
      put('apt-get', apt(''));
      expect(check(0)).toMatchObject({ status: 0, stdout: 'has it\n' });
      expect(called()).toBe('');
    });

    it('is installed as root, after looking what there is', () => {
      put('apt-get', apt('echo "#!/bin/sh" > "$SERVER"; /bin/chmod +x "$SERVER"'));
      expect(check(0)).toMatchObject({ status: 0, stdout: expect.stringMatching(/Installing.*has it/s) });
      expect(
        called()
          .split('\n')
          .map((line) => line.split(' ').at(-1)),
      ).toEqual(['--version', 'update', 'redis-server', '']);
    });

    it.each([
      ['may not be installed', 1000, ':'],
      ['could not be installed', 0, 'echo "no such package" >&2; exit 100'],
    ])('is asked for in words where it %s', (_, uid, install) => {
      put('apt-get', apt(install));
      const { status, stdout, stderr } = check(uid);
      expect([status, stdout.includes('has it')]).toEqual([1, false]);
      expect(stderr).toMatch(/need redis-server.*apt-get install redis-server/);
      expect(stderr.includes('no such package')).toBe(uid === 0);
    });

    it('is asked for in words where there is no apt', () => {
      expect(check(0)).toMatchObject({ status: 1, stderr: expect.stringContaining('need redis-server') });
    });
  });

  describe('what PM2 is told', () => {
    const apps = (env) => {
      cpSync(join(__dirname, '..', 'ecosystem.config.js'), file('ecosystem.config.js'));
      write('package.json', '{"type":"module"}');
      const program = `console.log(JSON.stringify((await import('./ecosystem.config.js')).apps))`;
      const { env: rest, ...more } = options();
      const args = ['--input-type=module', '-e', program];
      const { stdout } = spawnSync(process.execPath, args, { ...more, env: { ...rest, ...env } });
      return JSON.parse(stdout.split('\n').at(-2));
    };
    const cluster = { USE_REDIS: '"true"', MONGO_URI: 'mongodb://h', INSTANCES: ' "4"\u00a0' };

    it('is read as the product reads it: without quotes, blanks that can’t be seen, and a byte order mark', () => {
      expect(apps({ ...cluster, SHUTDOWN_GRACE_SECONDS: '"120"' })[0]).toMatchObject({
        ...{ instances: 4, exec_mode: 'cluster', kill_timeout: 137_000, env: { INSTANCES: '4' } },
      });
      write('.env', '\uFEFFSHUTDOWN_GRACE_SECONDS=120\n');
      expect(apps({})[0]).toMatchObject({ instances: 1, exec_mode: 'fork', kill_timeout: 137_000 });
      expect(apps({ SHUTDOWN_GRACE_SECONDS: '0' })[0].kill_timeout).toBe(17_000);
    });

    it('leaves a number of processes that is none for the product to refuse', () => {
      expect(apps({ ...cluster, INSTANCES: 'four' })[0]).toMatchObject({ instances: 1, env: { INSTANCES: 'four' } });
      expect(apps({ ...cluster, INSTANCES: '' })[0].env.INSTANCES).toBe(String(availableParallelism()));
    });

    it('is cleaned by the rules of the product', () => {
      const text = '\uFEFFA=" a "\nB=\'"b"\'\nC= c\u200b \nD=\nE="1\n2"\nLOG_DIR=/l\n';
      write('.env', text);
      const env = { F: '"f"', G: "'g' ", H: '\u2060h\r\n', I: '""', J: '"', K: '"k', A: '  ', L: '“l”' };
      const program = `
        import { readEnvironment } from './scripts/environment.mjs';
        console.log(JSON.stringify(readEnvironment(${JSON.stringify(env)}, ${JSON.stringify(clone)})));`;
      const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', program], options());
      expect(JSON.parse(stdout)).toEqual(readEnv(env, clone));
    });
  });

  describe('rotate-logs', () => {
    it.each([
      ['.env', 'LOG_MAX_MB=7\nLOG_KEEP=3\n', { LOG_MAX_MB: '7', LOG_KEEP: '3' }],
      ['nobody', '', { LOG_MAX_MB: '', LOG_KEEP: '' }],
      ['.env, with ~', 'LOG_DIR=~/logs\n', { LOG_DIR: join(homedir(), 'logs'), LOG_MAX_MB: '', LOG_KEEP: '' }],
    ])('is told by PM2 how much may be kept and where, as %s says', (_, text, expected) => {
      cpSync(join(__dirname, '..', 'ecosystem.config.js'), file('ecosystem.config.js'));
      write('package.json', '{"type":"module"}');
      write('.env', text);
      const program = `console.log(JSON.stringify((await import('./ecosystem.config.js')).apps[1].env))`;
      const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', program], options());
      expect(JSON.parse(stdout.split('\n').at(-2))).toEqual({ LOG_DIR: file('logs'), ...expected });
    });

    it('puts long logs of ours aside, compressed, and keeps the newest', () => {
      mkdirSync(file('logs'));
      const old = [1, 2, 3].map((day) => `parley.log.2026-01-0${day}T00-00-00-000Z.gz`);
      for (const name of old) write(join('logs', name), 'old');
      write('logs/parley.log', 'x'.repeat(2_000_000));
      write('logs/parley.error.log', 'short');
      write('logs/other.log', 'x'.repeat(2_000_000));
      const env = { PATH: process.env.PATH, LOG_DIR: file('logs'), LOG_MAX_MB: '1', LOG_KEEP: '2' };
      // As PM2 does, which has more to do in the process.
      write('around.mjs', 'setInterval(() => {}, 1000)');
      const args = ['--import', './around.mjs', 'scripts/rotate-logs.mjs'];
      const rotate = () => spawnSync(process.execPath, args, { cwd: clone, env, timeout: 240_000 });
      expect(rotate().status).toBe(0);
      // Not compressed before the next round: until PM2 has opened a new one, processes still write into it.
      const aside = readdirSync(file('logs')).find((name) => name.endsWith('Z'));
      appendFileSync(file(join('logs', aside)), 'y');
      write('logs/parley.log', 'the new one');
      expect(rotate().status).toBe(0);
      const left = readdirSync(file('logs')).sort();
      const rotated = left.find((name) => name.endsWith('.gz') && !old.includes(name));
      expect(left).toEqual(['other.log', 'parley.error.log', 'parley.log', old[2], rotated]);
      expect(gunzipSync(readFileSync(join(file('logs'), rotated))).length).toBe(2_000_001);
    });
  });

  describe('the tests’ Chromium', () => {
    const bin = (name) => file(join('bin', name));
    const put = (name, text = 'exit 0') => writeFileSync(bin(name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    beforeEach(() => mkdirSync(file('bin')));

    function check(uid, more = {}) {
      const program = `
        process.getuid = () => ${uid};
        console.log((await import('./scripts/chromium.mjs')).requireChromium(), process.env.CHROME_PATH);
      `;
      const env = { PATH: bin(''), BROWSER: bin('chromium'), ...more };
      return spawnSync(process.execPath, ['--input-type=module', '-e', program], { ...options(), env });
    }

    it('is taken where there is one, under any of its names', () => {
      put('google-chrome');
      expect(check(0).stdout).toBe(`${bin('google-chrome')} ${bin('google-chrome')}\n`);
      put('chromium');
      expect(check(0).stdout).toBe(`${bin('chromium')} ${bin('chromium')}\n`);
    });

    it('is that of CHROME_PATH, and no other', () => {
      put('chromium');
      put('mine');
      expect(check(1000, { CHROME_PATH: bin('mine') }).stdout).toBe(`${bin('mine')} ${bin('mine')}\n`);
      expect(check(1000, { CHROME_PATH: bin('gone') }).status).toBe(1);
    });

    it('is installed as root', () => {
      put('apt-get', 'if [ "$1" = install ]; then echo "#!/bin/sh" > "$BROWSER"; /bin/chmod +x "$BROWSER"; fi');
      expect(check(0)).toMatchObject({ status: 0, stdout: expect.stringMatching(/Installing chromium.*chromium\n/s) });
    });

    it.each([
      ['may not be installed', 1000, 'exit 0'],
      ['could not be installed', 0, 'exit 100'],
    ])('is asked for in words where it %s', (_, uid, install) => {
      put('apt-get', install);
      expect(check(uid)).toMatchObject({ status: 1, stderr: expect.stringMatching(/need Chromium.*CHROME_PATH/) });
    });
  });

  describe('fix-lock', () => {
    const fix = () => spawnSync(process.execPath, ['scripts/fix-lock.mjs', file('package-lock.json')], options());

    it('drops names that are not in the lock, and addresses; keeps the rest', () => {
      const packages = {
        '': { name: 'x' },
        'node_modules/a': {
          version: '1.0.0',
          resolved: 'https://registry.example/a.tgz',
          optionalDependencies: { 'a-linux': '1.0.0', 'a-mac': '1.0.0', own: '1.0.0' },
        },
        'node_modules/a-linux': { version: '1.0.0', optional: true },
        'node_modules/a/node_modules/own': { version: '1.0.0', optionalDependencies: { 'a-linux': '1.0.0' } },
        'node_modules/b': { version: '1.0.0', optionalDependencies: { 'b-mac': '1.0.0' } },
      };
      write('package-lock.json', JSON.stringify({ lockfileVersion: 3, packages }));
      expect(fix().stdout).toContain('dropped 3');

      const fixed = JSON.parse(readFileSync(file('package-lock.json'), 'utf8')).packages;
      expect(fixed['node_modules/a']).toEqual({
        version: '1.0.0',
        optionalDependencies: { 'a-linux': '1.0.0', own: '1.0.0' },
      });
      expect(fixed['node_modules/a/node_modules/own'].optionalDependencies).toEqual({ 'a-linux': '1.0.0' });
      expect(fixed['node_modules/b']).toEqual({ version: '1.0.0' });

      expect(fix().stdout).toContain('in order');
    });
  });
});
