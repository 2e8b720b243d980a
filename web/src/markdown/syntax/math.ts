import type { Literal } from 'mdast';
import type { CompileContext, Extension as MdastExtension, Handle } from 'mdast-util-from-markdown';
import type { Extension } from 'micromark-util-types';
import { mathFlow } from './math-flow.js';
import { mathText } from './math-text.js';

/** A formula in LaTeX. */
export interface Formula extends Literal {
  type: 'formula';
  /** With what it began, in a line; null: it stands alone. */
  opening: string | null;
}

declare module 'micromark-util-types' {
  interface TokenTypeMap {
    mathFlow: 'mathFlow';
    mathFlowFence: 'mathFlowFence';
    mathFlowValue: 'mathFlowValue';
    mathText: 'mathText';
    mathTextData: 'mathTextData';
    mathTextSequence: 'mathTextSequence';
  }
}

declare module 'mdast' {
  interface RootContentMap {
    formula: Formula;
  }
  interface PhrasingContentMap {
    formula: Formula;
  }
}

export const mathSyntax: Extension = {
  flow: { 36: mathFlow, 92: mathFlow },
  text: { 36: mathText, 92: mathText },
};

const enter: Handle = function (token) {
  this.enter({ type: 'formula', value: '', opening: null }, token);
  this.buffer();
};

function leave(context: CompileContext, token: Parameters<Handle>[0], opening: string | null): void {
  const value = context.resume();
  const node = context.stack.at(-1) as Formula;
  node.value = value.trim();
  node.opening = opening;
  context.exit(token);
}

const data: Handle = function (token) {
  this.config.enter.data?.call(this, token);
  this.config.exit.data?.call(this, token);
};

export const mathFromMarkdown: MdastExtension = {
  enter: { mathFlow: enter, mathText: enter },
  exit: {
    mathFlow(token) {
      leave(this, token, null);
    },
    mathText(token) {
      leave(this, token, /^(?:\$\$?|\\.)/.exec(this.sliceSerialize(token))?.[0] ?? '$');
    },
    mathFlowValue: data,
    mathTextData: data,
  },
};
