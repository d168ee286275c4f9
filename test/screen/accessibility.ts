import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

import type { AxeResults, RunOptions } from 'axe-core';
import type { Locator } from 'playwright-core';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Axe {
  readonly run: (part: string, options: RunOptions) => Promise<AxeResults>;
}

/**
 * What a checker of accessibility finds wrong in a page, or in the element of it that `part` selects, a line each.
 * The checker is handed over by the debugger's wire, so that the page's own policy stays as it is.
 */
export async function accessibilityComplaints(body: Locator, part = 'html'): Promise<string[]> {
  if (!(await body.evaluate(() => 'axe' in globalThis))) await body.evaluate(axeSource);
  return body.evaluate(async (_, within) => {
    const { axe } = globalThis as unknown as { axe: Axe };
    // To describe what is as it should be takes longer than to look at it.
    const { violations } = await axe.run(within, { resultTypes: ['violations'] });
    return violations.map(({ id, nodes }) => {
      const places = nodes.map(({ target, html }) => `${target.join(' ')} ${html.slice(0, 160)}`);
      return `${id}: ${places.join(' | ')}`;
    });
  }, part);
}
