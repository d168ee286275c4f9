import { runNpm } from './child-process.ts';

/**
 * Builds the extension as it ships and packages it into the file `vsix`.
 * @throws Error with what the build printed, when it fails.
 */
export async function packageExtension(root: string, vsix: string): Promise<void> {
  await runNpm(['run', 'package', '--', '--out', vsix], { cwd: root });
}
