// What the page and its worker say to each other.

import type { Part } from './parts.js';

/** Some lines of code, with their colours: elements, as JSON. */
export interface ColouredLines {
  text: string;
  nodes: string;
}

export type Job =
  | { id: number; kind: 'parse'; text: string; hopeless: readonly string[] }
  | { id: number; kind: 'colour'; code: string; language: string; hopeless: readonly string[] }
  | { id: number; kind: 'forget' };

export type Report =
  /** This is begun; if nothing follows, it is what the worker can't do. */
  | { id: number; kind: 'begun'; source: string }
  /** The parts from the number `from` on; those before are as they were. */
  | { id: number; kind: 'parts'; from: number; parts: Part[]; isLast: boolean }
  | { id: number; kind: 'coloured'; lines: ColouredLines[] }
  /** What it takes could not be loaded. */
  | { id: number; kind: 'failed' };
