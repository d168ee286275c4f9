import type { MediaWorkshop } from './media-workshop.ts';

export function readRenderDraft(draft: unknown): unknown {
  return draft;
}

export function renderDraft(_job: {
  workshop: MediaWorkshop;
  draft: unknown;
  pathOf: (source: string) => string | undefined;
  path: string;
  quality: string;
  onProgress: (progress: number) => void;
}): Promise<{ durationSeconds: number; notes: readonly string[] }> {
  return Promise.reject(new Error('The renderer is not there yet'));
}
