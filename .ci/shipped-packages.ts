import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { z } from 'zod';

/** A package of which something is in the bundles. */
export interface ShippedPackage {
  readonly name: string;
  readonly version: string;
  /** An SPDX identifier. */
  readonly licence: string;
  /** Who wrote it, where its package.json tells. */
  readonly author: string | undefined;
  /** Its page for people, where its package.json tells. */
  readonly homepage: string | undefined;
  /** Where it is installed, from the checkout: `node_modules/…`. */
  readonly folder: string;
  /** Those of its files that are in the bundles, from `folder`, sorted. */
  readonly files: readonly string[];
}

/** What may be shipped in an extension under the MIT licence, if the notices say what each of these asks for. */
const compatibleLicences = new Set([
  ...['MIT', 'ISC', '0BSD', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0'],
  ...['CC-BY-4.0', 'MPL-2.0'],
]);

const manifest = z.looseObject({
  name: z.string(),
  version: z.string(),
  license: z.string(),
  author: z
    .union([z.string(), z.looseObject({ name: z.string() }).transform(({ name }) => name)])
    .optional()
    .catch(undefined),
  homepage: z.string().optional().catch(undefined),
  repository: z
    .union([z.string(), z.looseObject({ url: z.string() }).transform(({ url }) => url)])
    .optional()
    .catch(undefined),
});

/**
 * Finds the packages that the bundles are made of.
 * @param inputs the paths of all files in the bundles, from `root`
 * @returns the packages, sorted by where they are installed
 * @throws Error where a package has a licence that is not known to be compatible.
 */
export async function shippedPackages(inputs: readonly string[], root: string): Promise<ShippedPackage[]> {
  const files = new Map<string, string[]>();
  for (const input of [...inputs].sort()) {
    const folder = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0];
    if (folder !== undefined) files.set(folder, [...(files.get(folder) ?? []), input.slice(folder.length + 1)]);
  }
  const folders = [...files].sort(([one], [other]) => (one < other ? -1 : 1));
  return Promise.all(folders.map(([folder, own]) => describePackage(root, folder, own)));
}

async function describePackage(root: string, folder: string, files: readonly string[]): Promise<ShippedPackage> {
  const content: unknown = JSON.parse(await readFile(join(root, folder, 'package.json'), 'utf8'));
  const { name, version, license, author, homepage, repository } = manifest.parse(content);
  if (!compatibleLicences.has(license)) {
    throw new Error(`${name} ${version} is under “${license}”: find out whether it may be shipped, and how.`);
  }
  return { name, version, licence: license, author, homepage: homepage ?? webAddress(repository), folder, files };
}

/** `git+https://…/x.git` is for programs. */
function webAddress(repository: string | undefined): string | undefined {
  const address = repository?.replace(/^git\+/, '').replace(/\.git$/, '');
  return address?.startsWith('https://') === true ? address : undefined;
}
