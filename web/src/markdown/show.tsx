import type { Element, Nodes, Root } from 'hast';
import { type Components, toJsxRuntime } from 'hast-util-to-jsx-runtime';
import { createElement, type ReactNode, useRef } from 'react';
import { Fragment, jsx, jsxs } from 'react/jsx-runtime';
import { CodeBlock } from './code-block.js';
import { Formula } from './formula.js';
import { useFixedColumns } from './long-table.js';
import { Note, NoteMark } from './notes.js';
import { PlainText } from './plain-text.js';
import { RemoteImage } from './remote-image.js';
import { safeLink } from './safe-link.js';
import { TaskMark } from './task-mark.js';

export function textOf(node: Nodes): string {
  if (node.type === 'text') return node.value;
  return 'children' in node ? node.children.map(textOf).join('') : '';
}

const classesOf = (node: Element | undefined) => [node?.properties.className ?? []].flat().map(String);
const numberOf = (node: Element | undefined, name: string) => Number(node?.properties[name]);

interface TableProps {
  dir?: string;
  /** It has more parts than are laid out at once. */
  isLong?: boolean;
  children?: ReactNode;
}

/** A wide table scrolls within the text, also by keys. */
export function Table({ dir, isLong = false, children }: TableProps) {
  const table = useRef<HTMLTableElement>(null);
  useFixedColumns(table, isLong);
  return (
    <div className="table-scroll" tabIndex={0}>
      <table ref={table} dir={dir} role={isLong ? 'table' : undefined}>
        {children}
      </table>
    </div>
  );
}

const components: Partial<Components> = {
  a({ href, children }) {
    const url = safeLink(href);
    return url ? (
      <a href={url} target="_blank" rel="noopener noreferrer nofollow">
        {children}
      </a>
    ) : (
      children
    );
  },
  img: ({ src, alt }) => <RemoteImage src={src} alt={alt ?? ''} />,
  pre({ node }) {
    const code = node?.children[0];
    if (code?.type !== 'element') return null;
    const name = classesOf(code).find((each) => each.startsWith('language-'));
    return <CodeBlock code={textOf(code).replace(/\n$/, '')} language={name?.slice('language-'.length) ?? null} />;
  },
  code({ node, children }) {
    const classes = classesOf(node);
    if (!node || !classes.includes('formula')) return <code>{children}</code>;
    return <Formula tex={textOf(node)} isDisplay={classes.includes('is-display')} />;
  },
  div: ({ node }) => <PlainText text={node ? textOf(node) : ''} />,
  sup: ({ node }) => <NoteMark number={numberOf(node, 'dataNote')} use={numberOf(node, 'dataUse')} />,
  li({ node, children, ...props }) {
    if (node?.properties.dataNote === undefined) return createElement('li', props, children);
    return (
      <Note number={numberOf(node, 'dataNote')} uses={numberOf(node, 'dataUses')}>
        {children}
      </Note>
    );
  },
  input: ({ checked }) => <TaskMark isDone={checked === true} />,
  table: ({ dir, children }) => <Table dir={dir}>{children}</Table>,
};

/** Elements of the parser as those of React. There is no HTML in between, so nothing in them can become any. */
export const show = (nodes: Element[]): ReactNode =>
  toJsxRuntime({ type: 'root', children: nodes } satisfies Root, {
    ...{ Fragment, jsx, jsxs, components },
    ignoreInvalidStyle: true,
    passKeys: true,
    passNode: true,
  }) as ReactNode;
