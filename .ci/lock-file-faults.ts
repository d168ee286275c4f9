import { z } from 'zod';

const lockFile = z.looseObject({
  lockfileVersion: z.literal(3),
  packages: z.record(
    z.string(),
    z.looseObject({
      version: z.string().optional(),
      integrity: z.string().optional(),
      resolved: z.string().optional(),
      link: z.boolean().optional(),
      hasInstallScript: z.boolean().optional(),
    }),
  ),
});

const exactVersions = z.record(z.string(), z.string()).default({});
const manifest = z.looseObject({
  dependencies: exactVersions,
  devDependencies: exactVersions,
  optionalDependencies: exactVersions,
  allowScripts: z.record(z.string(), z.boolean()).default({}),
});

const oneVersion = /^\d+\.\d+\.\d+(-[\w.-]+)?$/;
// One hash alone: of several of one kind, npm is content with any.
const oneStrongHash = /^sha512-[A-Za-z0-9+/]{86}==$/;

/**
 * What keeps a package-lock.json from saying, by itself, which bytes are installed: a package without SHA-512, one that
 * comes from an address of its own instead of the registry, one without a single version.
 * @returns a sentence for each fault; none where the file is as it should be.
 * @throws ZodError where it is no lock file of version 3, which npm writes since version 7.
 */
export function lockFileFaults(lock: unknown): string[] {
  const faults: string[] = [];
  for (const [path, entry] of Object.entries(lockFile.parse(lock).packages)) {
    if (path === '') continue;
    if (!path.startsWith('node_modules/')) faults.push(`${path} is a folder, not a package of the registry.`);
    if (entry.link === true) faults.push(`${path} is a link to a folder.`);
    if (entry.resolved !== undefined) faults.push(`${path} has an address of its own: ${entry.resolved}`);
    if (!oneVersion.test(entry.version ?? '')) faults.push(`${path} has no exact version: ${entry.version ?? 'none'}`);
    if (!oneStrongHash.test(entry.integrity ?? '')) faults.push(`${path} has no SHA-512: ${entry.integrity ?? 'none'}`);
  }
  return faults;
}

/**
 * What a package.json leaves open: versions that are ranges or addresses, and install scripts that are not refused.
 * @param lock the content of the package-lock.json beside it
 * @returns a sentence for each fault.
 * @throws ZodError where one of the two is not what npm writes.
 */
export function manifestFaults(packageJson: unknown, lock: unknown): string[] {
  const { allowScripts, ...groups } = manifest.parse(packageJson);
  const faults: string[] = [];
  for (const group of [groups.dependencies, groups.devDependencies, groups.optionalDependencies]) {
    for (const [name, version] of Object.entries(group)) {
      if (!oneVersion.test(version)) faults.push(`${name} is not pinned to one version: ${version}`);
    }
  }
  for (const [name, allowed] of Object.entries(allowScripts)) {
    if (allowed)
      faults.push(`${name} may run its install script, which package-lock.json does not pin the outcome of.`);
  }
  for (const [path, { hasInstallScript }] of Object.entries(lockFile.parse(lock).packages)) {
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    if (hasInstallScript === true && !(name in allowScripts)) {
      faults.push(`${name} has an install script: refuse it in “allowScripts” and find out what it is for.`);
    }
  }
  return faults;
}

/**
 * Where what is installed is not what the lock file says.
 * @param installed the content of node_modules/.package-lock.json, which npm keeps about what it installed
 * @returns a sentence for each difference.
 * @throws ZodError where one of the two is not what npm writes.
 */
export function installedFaults(lock: unknown, installed: unknown): string[] {
  const expected = lockFile.parse(lock).packages;
  return Object.entries(lockFile.parse(installed).packages).flatMap(([path, entry]) =>
    entry.version === expected[path]?.version && entry.integrity === expected[path]?.integrity
      ? []
      : [`${path} is not installed as package-lock.json says: run “npm ci”.`],
  );
}
