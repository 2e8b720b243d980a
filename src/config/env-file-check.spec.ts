import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { envFileWarnings } from './env-file-check.js';

describe('the file .env', () => {
  let cwd: string;
  const warnings = (text: string) => {
    writeFileSync(join(cwd, '.env'), text);
    return envFileWarnings({}, cwd);
  };

  beforeEach(() => {
    cwd = mkdtempSync(join(tmpdir(), 'parley-env-'));
  });
  afterEach(() => rmSync(cwd, { recursive: true, force: true }));

  it.each([
    ['USE_REDDIS', 'USE_REDIS'],
    ['REDIS_URL', 'REDIS_URI'],
    ['MONGODB_URI', 'MONGO_URI'],
    ['OPENAI_KEY', 'OPENAI_API_KEY'],
    ['PROT', 'PORT'],
    ['jwt_secret', 'JWT_SECRET'],
    ['LOG_MAXMB', 'LOG_MAX_MB'],
  ])('with %s: says that %s may be meant, and shows no value', (wrong, meant) => {
    expect(warnings(`# mine\nPORT=3080\n${wrong}=hush\n`)).toEqual([
      `.env, line 3: ${wrong} is not known. Is ${meant} meant?`,
    ]);
  });

  it('with a name that is like none', () => {
    expect(warnings('\ufeffGRAFANA_PASSWORD=hush')).toEqual([
      '.env, line 1: GRAFANA_PASSWORD is not known, and does nothing',
    ]);
  });

  it('with a secret that was broken into lines: shows nothing of it', () => {
    expect(warnings('JWT_SECRET=aHVzaCBodXNo\naHVzaCBodXNoIQ==\nHUSH2HUSH=')).toEqual([
      '.env, line 2: a name is not known, and does nothing',
      '.env, line 3: a name is not known, and does nothing',
    ]);
  });

  it('with lines that are no assignments', () => {
    const found = warnings('PORT: 3080\nDEMO=true\n\n   # why\nhush hush\nset HOST=::1');
    expect(found.map((each) => /line \d is no assignment/.exec(each)?.[0])).toEqual(
      [1, 5, 6].map((line) => `line ${line} is no assignment`),
    );
    expect(found.join()).not.toContain('hush');
  });

  it('with a value over several lines, and a quote that is never closed', () => {
    expect(warnings('REDIS_CA="-----BEGIN\nA=b\nhush\n-----"\r\nHOSTT=x')).toEqual([
      '.env, line 5: HOSTT is not known. Is HOST meant?',
    ]);
    expect(warnings('JWT_SECRET="hush\nHOSTT=x')).toHaveLength(1);
  });

  it('has nothing to say of every variable there is, of what others read, and of no file', () => {
    expect(envFileWarnings({}, cwd)).toEqual([]);
    const example = readFileSync(join(__dirname, '..', '..', '.env.example'), 'utf8');
    expect(warnings(example.replaceAll(/^#(?=[A-Z])/gm, ''))).toEqual([]);
    expect(
      warnings('LOG_DIR=/l\nLOG_KEEP=3\nexport TZ=UTC\nNODE_EXTRA_CA_CERTS=/a\nhttps_proxy=x\nPM2_HOME=/x'),
    ).toEqual([]);
  });

  it('may hold what parley.yaml refers to, wherever that lies', () => {
    writeFileSync(join(cwd, 'parley.yaml'), 'endpoints: [{ apiKey: "${LOCAL_KEY}" }]');
    expect(warnings('LOCAL_KEY=hush')).toEqual([]);
    writeFileSync(join(cwd, 'other.yaml'), 'apiKey: ${OTHER_KEY}');
    expect(warnings('LOCAL_KEY=a\nOTHER_KEY=b\nCONFIG_FILE=other.yaml')).toEqual([
      expect.stringContaining('LOCAL_KEY'),
    ]);
  });
});
