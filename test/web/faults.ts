import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** What is on its way in is half transparent until it is there: that is no lack of contrast. */
function settled(): boolean {
  const isFinite = (animation: Animation) => animation.effect?.getComputedTiming().endTime !== Infinity;
  return document.getAnimations().every((one) => one.playState !== 'running' || !isFinite(one));
}

/** Serious and critical faults, each with the places. */
export async function faults(page: Page): Promise<string[]> {
  await page.waitForFunction(settled);
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() =>
    (globalThis as any).axe.run(document, { resultTypes: ['violations'] }),
  );
  return (violations as axe.Result[])
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary}`));
}
