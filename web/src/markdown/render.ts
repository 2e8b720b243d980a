import type { Nodes, Root } from 'hast';
import { type Components, toJsxRuntime } from 'hast-util-to-jsx-runtime';
import type { Html } from 'mdast';
import { type Extension as MdastExtension, fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { type Handler, toHast } from 'mdast-util-to-hast';
import { gfm } from 'micromark-extension-gfm';
import type { Extension } from 'micromark-util-types';
import { createElement, Fragment, type ReactNode } from 'react';
import { jsx, jsxs } from 'react/jsx-runtime';
import { CodeBlock } from './code-block.js';
import { limitDepth, safeLink } from './prepare.js';
import { RemoteImage } from './remote-image.js';
import { TaskMark } from './task-mark.js';

/** A further notation, such as formulas. */
export interface Notation {
  prepare(text: string): string;
  extensions: Extension[];
  mdastExtensions: MdastExtension[];
  transform(tree: Root): Root;
}

/** HTML in an answer is shown as what it is: text. But for a line break: the cell of a table has no other. */
const html: Handler = (_state, { value }: Html) =>
  /^<br\s*\/?>$/i.test(value)
    ? { type: 'element', tagName: 'br', properties: {}, children: [] }
    : { type: 'text', value };

function textOf(node: Nodes): string {
  if (node.type === 'text') return node.value;
  return 'children' in node ? node.children.map(textOf).join('') : '';
}

/** Which way a text runs shows in its first letter. */
const auto = (tag: string) =>
  function Auto({ node: _node, ...props }: { node?: unknown }) {
    return createElement(tag, { ...props, dir: 'auto' });
  };

const components: Partial<Components> = {
  a({ href, children, node: _node, ...props }) {
    const url = safeLink(href);
    // Footnotes lead within the answer.
    if (href?.startsWith('#answer-')) return createElement('a', { ...props, href }, children);
    if (!url) return children;
    return createElement('a', { href: url, target: '_blank', rel: 'noopener noreferrer nofollow' }, children);
  },
  img: ({ src, alt }) => createElement(RemoteImage, { src, alt: alt ?? '' }),
  pre({ node }) {
    const code = node?.children[0];
    if (code?.type !== 'element') return null;
    const names = code.properties.className;
    const name = Array.isArray(names) ? names.map(String).find((each) => each.startsWith('language-')) : undefined;
    const language = name?.slice('language-'.length) ?? null;
    return createElement(CodeBlock, { code: textOf(code).replace(/\n$/, ''), language });
  },
  input: ({ checked }) => createElement(TaskMark, { isDone: checked === true }),
  table: ({ children }) =>
    createElement('div', { className: 'table-scroll', tabIndex: 0 }, createElement('table', { dir: 'auto' }, children)),
  // The page has a first heading of its own.
  h1: auto('h2'),
  ...Object.fromEntries(['h2', 'h3', 'h4', 'p', 'ul', 'ol', 'li', 'blockquote'].map((tag) => [tag, auto(tag)])),
};

/** Markdown as React elements. There is no HTML in between, so nothing in it can become any. */
export function renderMarkdown(text: string, notation?: Notation): ReactNode {
  const source = limitDepth(notation ? notation.prepare(text) : text);
  const mdast = fromMarkdown(source, {
    // A single tilde means “about”.
    extensions: [gfm({ singleTilde: false }), ...(notation?.extensions ?? [])],
    mdastExtensions: [gfmFromMarkdown(), ...(notation?.mdastExtensions ?? [])],
  });
  const tree = toHast(mdast, { clobberPrefix: 'answer-', handlers: { html } }) as Root;
  return toJsxRuntime(notation ? notation.transform(tree) : tree, {
    ...{ Fragment, jsx, jsxs, components },
    ignoreInvalidStyle: true,
    passKeys: true,
    passNode: true,
  }) as ReactNode;
}
