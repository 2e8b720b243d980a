import { schema, type Meta } from './schema.js';

/** A variable, as the generated tables show it. */
interface Variable {
  name: string;
  section: string;
  description: string;
  /** As an operator would write it; empty where there is none. */
  initial: string;
  choices: readonly string[];
}

/** The part of zod's inner form that is read here (zod 4, `schema.def`). */
interface Definition {
  type: string;
  defaultValue?: unknown;
  innerType?: { def: Definition; options?: readonly unknown[] };
}

function variables(): Variable[] {
  return Object.entries(schema.shape).map(([name, field]) => {
    const { section, description } = field.meta() as Meta;
    const def = field.def as unknown as Definition;
    const initial = def.type === 'prefault' ? String(def.defaultValue) : '';
    return { name, section, description, initial, choices: choicesOf(def) };
  });
}

/** Of a union the options are forms, not words: its description has to name them. */
function choicesOf({ innerType }: Definition): readonly string[] {
  const options = innerType?.options ?? [];
  return options.every((option) => typeof option === 'string') ? options : [];
}

function bySection(): Map<string, Variable[]> {
  const sections = new Map<string, Variable[]>();
  for (const variable of variables()) {
    sections.set(variable.section, [...(sections.get(variable.section) ?? []), variable]);
  }
  return sections;
}

const choices = (variable: Variable) => (variable.choices.length > 1 ? ` (${variable.choices.join(', ')})` : '');

/** The text of `.env.example`: every variable with its default, all of them commented out. */
export function renderEnvExample(): string {
  const lines = [
    '# Copy to .env and take the # off what you change. Made from src/config/schema.ts by `npm run docs:config`.',
    '# What is set in the environment itself wins over this file. Put a value with a # in it in quotes.',
  ];
  for (const [section, group] of bySection()) {
    lines.push('', `# --- ${section}`);
    for (const variable of group) {
      lines.push('', `# ${variable.description}${choices(variable)}`, `#${variable.name}=${variable.initial}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

const cell = (text: string) => text.replaceAll('|', '\\|');

/** The tables of `docs/configuration.md`, one for each section. */
export function renderTables(): string {
  const parts: string[] = [];
  for (const [section, group] of bySection()) {
    const rows = group.map((variable) => {
      const initial = variable.initial ? `\`${variable.initial}\`` : '–';
      return `| \`${variable.name}\` | ${initial} | ${cell(variable.description + choices(variable))} |`;
    });
    parts.push([`## ${section}`, '', '| Variable | Default | What it is |', '| --- | --- | --- |', ...rows].join('\n'));
  }
  return parts.join('\n\n');
}

const BEGIN = '<!-- variables: made by npm run docs:config -->';
const END = '<!-- /variables -->';

/** Puts the tables between the markers of a page. Throws where a marker is missing. */
export function withTables(page: string): string {
  const from = page.indexOf(BEGIN);
  const to = page.indexOf(END);
  if (from < 0 || to < from) throw new Error(`docs/configuration.md must hold ${BEGIN} and then ${END}`);
  return `${page.slice(0, from + BEGIN.length)}\n${renderTables()}\n${page.slice(to)}`;
}
