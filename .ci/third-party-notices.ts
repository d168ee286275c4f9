import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

import type { ShippedPackage } from './shipped-packages.ts';

/**
 * Where the source code of a package is whose licence asks for it to be had (section 3.2 of the MPL): a folder of files
 * that stands for good, and what a file in the bundles is called there.
 */
const sources: Readonly<Record<string, (version: string) => { folder: string; sourceFile: (file: string) => string }>> =
  {
    mediabunny: (version) => ({
      folder: `https://github.com/Vanilagy/mediabunny/blob/v${version}/`,
      sourceFile: (file) => file.replace(/^dist\/modules\//, '').replace(/\.js$/, '.ts'),
    }),
  };

/**
 * Names every package whose code is shipped, with its licence's text and with whatever that licence asks for.
 * @throws Error where nobody said where the source code is that a licence asks for.
 */
export async function thirdPartyNotices(packages: readonly ShippedPackage[], root: string): Promise<string> {
  const notices = await Promise.all(packages.map((shipped) => notice(shipped, root)));
  return notices.join(`\n${'-'.repeat(80)}\n\n`);
}

async function notice(shipped: ShippedPackage, root: string): Promise<string> {
  return [
    `${shipped.name} ${shipped.version}`,
    [
      `Licence: ${shipped.licence}`,
      ...(shipped.author === undefined ? [] : [`Author: ${shipped.author}`]),
      ...(shipped.homepage === undefined ? [] : [`Website: ${shipped.homepage}`]),
    ].join('\n'),
    ...(shipped.licence.startsWith('MPL-') ? [sourceOffer(shipped)] : []),
    ...(await licenceTexts(shipped, root)),
  ]
    .join('\n\n')
    .concat('\n');
}

/** The texts that the package carries; where it carries none, that of the MIT licence, which is the same for everybody. */
async function licenceTexts({ name, licence, author, folder }: ShippedPackage, root: string): Promise<string[]> {
  const entries = await readdir(join(root, folder));
  const files = entries.filter((entry) => /^(licen[cs]e|copying|notice)/i.test(entry)).sort();
  if (files.length > 0) {
    const texts = await Promise.all(files.map((file) => readFile(join(root, folder, file), 'utf8')));
    return texts.map((text) => text.replaceAll('\r\n', '\n').trim());
  }
  if (licence !== 'MIT') throw new Error(`${name} is under ${licence} and carries no text of it.`);
  const own = (await readFile(join(root, 'LICENSE'), 'utf8')).replaceAll('\r\n', '\n').trim();
  return [own.replace(/^Copyright .*$/m, `Copyright (c) ${author ?? `the authors of ${name}`}`)];
}

function sourceOffer({ name, version, licence, files }: ShippedPackage): string {
  const source = sources[name]?.(version);
  if (source === undefined)
    throw new Error(`${name} is under ${licence}: say in ${import.meta.filename} where its source is.`);
  return [
    `The files of ${name} that are named below are in this extension in compiled form, unchanged otherwise and joined with`,
    `others. They stay under the ${licence}, whose text follows. Their source code can be had at no charge, each at the`,
    'address beside it.',
    '',
    ...files.map((file) => `  ${file}: ${source.folder}${source.sourceFile(file)}`),
  ].join('\n');
}
