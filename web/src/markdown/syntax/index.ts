import { type Extension as MdastExtension } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfmStrikethroughCjkFriendly } from 'micromark-extension-cjk-friendly-gfm-strikethrough';
import { gfmFootnote } from 'micromark-extension-gfm-footnote';
import { gfmTable } from 'micromark-extension-gfm-table';
import { gfmTaskListItem } from 'micromark-extension-gfm-task-list-item';
import type { Extension } from 'micromark-util-types';
import { addresses } from './addresses.js';
import { emphasis } from './emphasis.js';
import { mathFromMarkdown, mathSyntax } from './math.js';

/** The notation of answers: CommonMark, GitHub's additions, formulas. A single tilde means “about”. */
export const extensions: Extension[] = [
  addresses,
  gfmFootnote(),
  gfmTable(),
  gfmTaskListItem(),
  emphasis,
  gfmStrikethroughCjkFriendly({ singleTilde: false }),
  mathSyntax,
];

export const mdastExtensions: MdastExtension[] = [...gfmFromMarkdown(), mathFromMarkdown];
