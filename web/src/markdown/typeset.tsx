import 'katex/dist/katex.min.css';
import type { Element } from 'hast';
import { fromDom } from 'hast-util-from-dom';
import { toJsxRuntime } from 'hast-util-to-jsx-runtime';
import katex from 'katex';
import type { ReactNode } from 'react';
import { Fragment, jsx, jsxs } from 'react/jsx-runtime';

/** A formula may define little, be only so large, and name no address. */
const OPTIONS = {
  throwOnError: false,
  trust: false,
  strict: false,
  maxExpand: 200,
  maxSize: 20,
  errorColor: 'inherit',
};
const LONGEST = 4_000;

/**
 * A formula as elements. KaTeX writes well-formed XML, and as such it is read here: attributes are then nothing but text, so
 * that the page's policy has no style in them to object to. Null: it can't be shown.
 */
export function typeset(tex: string, displayMode: boolean): ReactNode {
  if (tex.length > LONGEST) return null;
  try {
    const markup = katex.renderToString(tex, { ...OPTIONS, displayMode });
    const document = new DOMParser().parseFromString(`<span>${markup}</span>`, 'text/xml');
    if (document.querySelector('parsererror')) return null;
    return toJsxRuntime(fromDom(document.documentElement) as Element, {
      ...{ Fragment, jsx, jsxs },
      ignoreInvalidStyle: true,
    });
  } catch {
    return null;
  }
}
