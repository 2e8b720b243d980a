/** `problem`: it fails, or will. `warning`: it works, and there is something better. */
export type Level = 'ok' | 'warning' | 'problem';

/** What one check found. */
export interface Finding {
  /** Stable, `part.detail`: for whoever reads the JSON. */
  check: string;
  level: Level;
  says: string;
  /** What to do about it; with each warning and problem. */
  remedy?: string;
}

export const ok = (check: string, says: string): Finding => ({ check, level: 'ok', says });
export const warning = (check: string, says: string, remedy: string): Finding => {
  return { check, level: 'warning', says, remedy };
};
export const problem = (check: string, says: string, remedy: string): Finding => {
  return { check, level: 'problem', says, remedy };
};

const LABEL: Record<Level, string> = { ok: 'ok', warning: 'warning', problem: 'PROBLEM' };

/** For the terminal: one line for each, its remedy below it, and the sum. */
export function inWords(findings: Finding[]): string[] {
  const width = Math.max(...findings.map(({ check }) => check.length));
  const lines = findings.flatMap(({ check, level, says, remedy }) => [
    `${LABEL[level].padEnd(8)} ${check.padEnd(width)}  ${says}`,
    ...(remedy ? [`${' '.repeat(9 + width)}  → ${remedy}`] : []),
  ]);
  const count = (level: Level) => findings.filter((finding) => finding.level === level).length;
  return [
    ...lines,
    '',
    `${count('problem')} problems, ${count('warning')} warnings, ${count('ok')} as they should be.`,
  ];
}
