import { lstat, readlink, realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';

/** Systems give up after some 40 links, too. */
const mostLinks = 40;

/**
 * Where a path leads once every link in it is followed, also where its end is not there yet: a link that leads to nothing
 * counts as the place that it names.
 * @param given absolute.
 * @throws what the file system says, but for what is not there; ELOOP where links lead in a circle.
 */
export async function realPlace(given: string, links = 0): Promise<string> {
  // Without a separator at its end.
  const path = resolve(given);
  try {
    return await realpath(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const parent = dirname(path);
  if (parent === path) return path;
  const isLink = await lstat(path).then(
    (found) => found.isSymbolicLink(),
    () => false,
  );
  if (!isLink) return join(await realPlace(parent, links), basename(path));
  if (links >= mostLinks) throw Object.assign(new Error('Too many links.'), { code: 'ELOOP' });
  return realPlace(resolve(await realPlace(parent, links), await readlink(path)), links + 1);
}

/** Whether a path is a folder's, or of something in it. Both absolute, and real ones. */
export function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
