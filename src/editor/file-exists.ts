import { stat } from 'node:fs/promises';

/** Whether something lies at that path that can be looked at. */
export async function fileExists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch {
    return false;
  }
}
