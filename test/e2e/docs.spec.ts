import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Nodes } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfmTable } from 'micromark-extension-gfm-table';

const root = resolve(__dirname, '../..');
const inDocs = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).map((name) => `docs/${name}`);
const files = ['README.md', 'CONTRIBUTING.md', ...inDocs].filter((name) => name.endsWith('.md'));
const text = (file: string) => readFileSync(file, 'utf8');

/** GitHub's name of a heading. */
const anchor = (heading: string) =>
  heading
    .toLowerCase()
    .trim()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');
const anchorsIn = (file: string) => [...text(file).matchAll(/^#+ (.+)$/gm)].map(([, heading]) => anchor(heading));

describe.each(files)('%s', (name) => {
  const file = join(root, name);
  const links = [...text(file).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link);

  it('leads to what is there', () => {
    const broken = links
      // The pages of alerts are made with the alerts, apart from this.
      .filter((link) => !/^[a-z]+:|^runbooks$/.test(link))
      .filter((link) => {
        const [path, place] = link.split('#');
        const target = path ? join(dirname(file), path) : file;
        if (!existsSync(target)) return true;
        return place !== undefined && !anchorsIn(target).includes(place);
      });
    expect(broken).toEqual([]);
  });

  it('names files and folders that there are', () => {
    const named = [...text(file).matchAll(/`((?:src|libs|test|docs|scripts)\/[^`\s<>…*]*)`/g)].map(([, path]) => path);
    expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it('names commands that there are', () => {
    const { scripts } = JSON.parse(text(join(root, 'package.json'))) as { scripts: Record<string, string> };
    const named = [...text(file).matchAll(/npm run (?:--silent )?([\w-]+(?::[\w-]+)*)/g)].map(([, command]) => command);
    expect(named.filter((command) => !(command in scripts))).toEqual([]);
  });
});

/** What is read in one breath: paragraphs, also those of list items, and cells of tables. */
function paragraphsIn(file: string): string[] {
  const textOf = (node: Nodes): string =>
    'value' in node ? node.value : 'children' in node ? node.children.map(textOf).join('') : '';
  const within = (node: Nodes): string[] => {
    if (['paragraph', 'heading', 'tableCell'].includes(node.type)) return [textOf(node)];
    return 'children' in node ? node.children.flatMap(within) : [];
  };
  return within(fromMarkdown(text(file), { extensions: [gfmTable()], mdastExtensions: [gfmFromMarkdown()] }));
}

describe.each(files.filter((name) => /^docs\/(architecture|glossary|first-change)/.test(name)))('%s', (name) => {
  it('has no paragraph of 80 words or more', () => {
    const paragraphs = paragraphsIn(join(root, name));
    expect(paragraphs.length).toBeGreaterThan(3);
    expect(paragraphs.filter((words) => words.split(/\s+/).length >= 80)).toEqual([]);
  });
});

it('the house has a line for each folder of src and libs, and for no other', () => {
  const [tree] = /^src\/ [\s\S]*?^web\/ /m.exec(text(join(root, 'docs/architecture.md')))!;
  const [product, capabilities] = tree.split(/^libs\/ .*$/m);
  const listed = (part: string) =>
    [...part.matchAll(/^ {2}(?:[a-z0-9-]+\/ +)+/gm)].flatMap(([line]) => line.match(/[a-z0-9-]+(?=\/)/g) ?? []);
  const folders = (of: string) =>
    readdirSync(join(root, of), { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
  expect(listed(product).sort()).toEqual(folders('src').sort());
  expect(listed(capabilities).sort()).toEqual(folders('libs').sort());
});

it('each check of the doctor that the documents name is one that it makes', () => {
  const doctor = join(root, 'src/commands/doctor');
  const sources = readdirSync(doctor, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => text(join(doctor, name)))
    .join('\n')
    .replaceAll('${name}.', 'mongo.');
  const named = files.flatMap((name) =>
    [...text(join(root, name)).matchAll(/`((?:front|redis|mongo|files)\.[a-z-]+)`/g)].map(([, check]) => check),
  );
  const known = (check: string) => sources.includes(`'${check}'`) || sources.includes(`\`${check}\``);
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((check) => !known(check) && !/\.(conf|mjs|yaml)$/.test(check))).toEqual([]);
});

it('say that Parley needs a host name of its own, before somebody tries and after (clients/subpath)', () => {
  for (const name of ['README.md', 'docs/deploy.md', 'docs/troubleshooting.md']) {
    expect(text(join(root, name))).toMatch(
      /sub-path.*(?:is not supported|needs a host name of its own)|does not run under a sub-path/,
    );
  }
});
