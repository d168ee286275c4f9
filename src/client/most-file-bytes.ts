/** Far more than any export has. */
export const maxFileBytes = 8 * 1024 ** 3;
/** What a video may have in any case, whatever its render said. */
const leastLimitBytes = 64 * 1024 ** 2;
/** The size that a render says may be rounded. */
const slack = 1.1;
const unitsInBytes = [1024 ** 2, 1024, 1];

/**
 * How many bytes a finished video can have at most.
 * @param announcedBytes what the answer that brings it said it holds in all; it is taken at its word.
 * @param renderSize what the render said of its file. No document tells the unit, so it is read in the largest in which
 * a file can be that large: a limit that is too low would lose a video, and none would fill the disk.
 */
export function mostFileBytes(announcedBytes: number | undefined, renderSize: number | undefined): number {
  if (announcedBytes !== undefined) return announcedBytes;
  const size = (renderSize ?? Infinity) * slack;
  const unit = unitsInBytes.find((bytes) => size * bytes <= maxFileBytes);
  return unit === undefined ? maxFileBytes : Math.max(leastLimitBytes, Math.ceil(size * unit));
}
