import { createHash } from 'node:crypto';

import { z } from 'zod';

import { npmOutput } from './npm-output.ts';
import type { ShippedPackage } from './shipped-packages.ts';

const component = z.looseObject({ 'bom-ref': z.string(), name: z.string(), version: z.string() });
const bill = z.looseObject({
  bomFormat: z.literal('CycloneDX'),
  metadata: z.looseObject({ component }),
  components: z.array(component),
  dependencies: z.array(z.looseObject({ ref: z.string(), dependsOn: z.array(z.string()).default([]) })),
});

/**
 * The software bill of materials, CycloneDX in JSON: what `npm sbom` says of the checkout, cut to the packages that are
 * shipped. The same packages give the same text, whenever and wherever it is made.
 * @param date goes into it as the time at which it was made
 * @throws Error where npm knows nothing of a shipped package.
 */
export async function softwareBill(packages: readonly ShippedPackage[], root: string, date: Date): Promise<string> {
  const { code, output, messages } = await npmOutput(
    ['sbom', '--sbom-format=cyclonedx', '--sbom-type=application', '--package-lock-only'],
    root,
  );
  if (code !== 0) throw new Error(`“npm sbom” ended with ${code}: ${messages}`);
  const whole = bill.parse(JSON.parse(output));
  const shipped = new Set(packages.map(({ name, version }) => `${name}@${version}`));
  const components = whole.components
    .filter(({ 'bom-ref': reference }) => shipped.has(reference))
    // What npm calls a development dependency is a part of the bundles here.
    .map((kept) => ({ ...kept, properties: undefined, scope: 'required' }));
  const missing = [...shipped].filter((name) => !components.some(({ 'bom-ref': reference }) => reference === name));
  if (missing.length > 0) throw new Error(`“npm sbom” does not name ${missing.join(', ')}.`);

  const self = whole.metadata.component;
  // npm takes the name of the folder.
  const product = { ...self, name: self['bom-ref'].slice(0, self['bom-ref'].lastIndexOf('@')), description: undefined };
  const dependencies = whole.dependencies
    .filter(({ ref }) => shipped.has(ref) || ref === self['bom-ref'])
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((name) => shipped.has(name)) }));
  const metadata = { ...whole.metadata, timestamp: date.toISOString(), component: product };
  const content = { ...whole, metadata, components, dependencies };
  return `${JSON.stringify({ ...content, serialNumber: serialNumber(JSON.stringify(components)) }, undefined, 2)}\n`;
}

/** A UUID of version 8, made of the content. */
function serialNumber(content: string): string {
  const hex = createHash('sha256').update(content).digest('hex');
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
