import type { Understanding } from './edit-request.ts';

export function understandRequest(text: string, _sessionLanguage: string): Understanding {
  return { language: /[\u4e00-\u9fff]/.test(text) ? 'zh' : 'en', requests: [] };
}
