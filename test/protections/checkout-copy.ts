import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { runProcess } from '../setup/child-process.ts';
import { type Protection, without } from './protection.ts';

/** A copy of the checkout in which a protection can be removed; the checkout itself stays as it is. */
export class CheckoutCopy {
  readonly root: string;

  private constructor(root: string) {
    this.root = root;
  }

  /** Copies what is under version control, or would be, with the changes that are not committed yet. */
  static async make(checkout: string, folder: string): Promise<CheckoutCopy> {
    const listed = await runProcess(
      'git',
      ['-c', 'core.quotepath=off', 'ls-files', '--cached', '--others', '--exclude-standard'],
      {
        cwd: checkout,
      },
    );
    const files = listed.split('\n').filter(Boolean);
    for (const folderOfFiles of new Set(files.map((file) => dirname(file)))) {
      await mkdir(join(folder, folderOfFiles), { recursive: true });
    }
    // Files that were deleted and not committed are listed all the same.
    await Promise.all(files.map((file) => cp(join(checkout, file), join(folder, file)).catch(ignoreMissing)));
    await symlink(join(checkout, 'node_modules'), join(folder, 'node_modules'), 'junction');
    return new CheckoutCopy(folder);
  }

  /**
   * Does `work` while the copy lacks the protection.
   * @throws Error where its text is not found exactly once; what `work` throws.
   */
  async while<T>(protection: Protection, work: () => Promise<T>): Promise<T> {
    const path = join(this.root, protection.file);
    const text = await readFile(path, 'utf8');
    await writeFile(path, without(protection, text));
    try {
      return await work();
    } finally {
      await writeFile(path, text);
    }
  }
}

function ignoreMissing(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
}
