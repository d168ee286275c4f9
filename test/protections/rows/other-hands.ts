import { type Protection, protectionsIn } from '../protection.ts';

const parts = 'test/unit/client/part-file.test.ts';
const kept = 'test/unit/editor/private-files.test.ts';
const packages = 'test/unit/packaging/pinned-packages.test.ts';
const callers = 'test/host/callers.test.ts';

/** What other extensions, other users of the machine, workspaces and packages could do. */
export const otherHandsProtections: readonly Protection[] = [
  ...protectionsIn('src/client/part-file.ts', [
    {
      name: 'a download is not written through a link',
      remove: 'constants.O_RDWR | noFollow',
      replaceWith: 'constants.O_RDWR',
      tests: parts,
      only: 'is not written through a link to another file',
    },
    {
      name: 'nor where the system knows no flag for that',
      remove: '(await lstat(path).catch(failed)).isSymbolicLink()',
      replaceWith: '(await lstat(path).catch(failed)).isBlockDevice()',
      tests: parts,
      only: 'is not written through a link to another file',
    },
    {
      name: 'a new download is the user’s alone',
      remove: 'const partMode = 0o600;',
      replaceWith: 'const partMode = 0o644;',
      tests: parts,
      only: 'is the user’s alone when it is new',
    },
    {
      name: 'a download goes on in no pipe or device',
      remove: 'if (!found.isFile()) throw notOurs();',
      replaceWith: '',
      tests: parts,
      only: 'is not what is no file',
    },
  ]),
  ...protectionsIn('src/editor/private-files.ts', [
    {
      name: 'files of the extension are the user’s alone',
      remove: 'export const privateFileMode = 0o600;',
      replaceWith: 'export const privateFileMode = 0o644;',
      tests: kept,
      only: 'is the user’s alone as a written file',
    },
    {
      name: 'folders of the extension are the user’s alone',
      remove: 'export const privateFolderMode = 0o700;',
      replaceWith: 'export const privateFolderMode = 0o755;',
      tests: kept,
      only: 'is the user’s alone in folders that are made',
    },
    {
      name: 'what an earlier version left to others is taken from them',
      remove: 'if ((found.mode & 0o077) !== 0) await chmod(path, mode).catch(() => undefined);',
      replaceWith: '',
      tests: kept,
      only: 'is taken from others where an earlier version let them read it',
    },
  ]),
  {
    name: 'ffmpeg comes from absolute folders only',
    file: 'src/editor/media/decode-aac.ts',
    remove: '.split(delimiter).filter(isAbsolute)',
    replaceWith: '.split(delimiter)',
    tests: 'test/unit/editor/decode-aac.test.ts',
    only: 'finds the decoder in the folders of the system alone',
  },
  {
    name: 'a lock that was let go is not cleared away',
    file: 'src/editor/file-lock.ts',
    remove: 'if (!isStale(old)) return undefined;',
    replaceWith: '',
    tests: 'test/unit/editor/files.test.ts',
    only: 'is held by one process at a time',
  },
  {
    name: 'a file that another window has just placed is not placed again',
    file: 'src/editor/place-file.ts',
    remove: "if (code === 'EEXIST') return isPlacedAlready(part, path);",
    replaceWith: "if (code === 'EEXIST') return false;",
    tests: 'test/unit/editor/files.test.ts',
    only: 'that another window places while its name is announced',
  },
  {
    name: 'no package runs a script at its installation',
    file: '.npmrc',
    remove: 'ignore-scripts=true',
    replaceWith: 'ignore-scripts=false',
    tests: packages,
    only: 'passes without a connection',
  },
  {
    name: 'every package with a script is named',
    file: '.ci/lock-file-faults.ts',
    remove: 'hasInstallScript === true && !(name in allowScripts)',
    replaceWith: "hasInstallScript === true && name === ''",
    tests: packages,
    only: 'runs no script of its own',
  },
  {
    name: 'no link that opens the project is handed to a caller',
    file: 'src/editor/commands/open-in-browser.ts',
    remove: '  if (!mayAsk) {',
    replaceWith: '  if (mayAsk && !mayAsk) {',
    tests: callers,
    only: 'nemo.openInBrowser hands out no link',
    inExtension: true,
  },
];
