import { wellFormed } from '../../../libs/text/index.js';

/** In UTF-16 units. */
const LONGEST = 255;
/** What an ending may have at most, to be kept where a name is cut. */
const LONGEST_ENDING = 16;
const NAMELESS = 'file';
/**
 * Control characters, ends of lines, all of Unicode's format characters (those that turn the direction, soft hyphens, tags) but
 * the joiners, which letters and emoji need, what shows nothing by default, and U+FFFD.
 */
const UNSEEN =
  /[\p{Cc}\p{Zl}\p{Zp}\ufffd]|(?![\u200c\u200d])\p{Cf}|(?![\u200c\u200d\p{Variation_Selector}])\p{Default_Ignorable_Code_Point}/gu;

/**
 * A name to be shown: the last part of a path, without control characters, what turns the reading direction (`exe.gpj` that
 * looks like `jpg.exe`) and what can't be seen; at most 255 characters, of which the ending stays. Never empty.
 */
export function displayName(sent: string): string {
  const last = wellFormed(sent.normalize('NFC')).split(/[/\\]/).at(-1)!;
  const seen = last.replace(UNSEEN, '').replace(/\s+/g, ' ').trim();
  if (/^[.\s\p{Default_Ignorable_Code_Point}]*$/u.test(seen)) return NAMELESS;
  return seen.length <= LONGEST ? seen : shortened(seen);
}

function shortened(name: string): string {
  const dot = name.lastIndexOf('.');
  const ending = dot > 0 && name.length - dot <= LONGEST_ENDING ? name.slice(dot) : '';
  return name.slice(0, LONGEST - ending.length).replace(/[\ud800-\udbff]$/, '') + ending;
}
