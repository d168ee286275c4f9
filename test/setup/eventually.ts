/**
 * Resolves when `condition` holds: for what happens in another process and can only be looked at. The test's own time
 * limit ends a wait in vain.
 */
export async function eventually(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 50));
}
