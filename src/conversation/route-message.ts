import type { Route } from './turn-update.ts';

export function routeMessage(text: string): Route {
  return /^\s*export\s*$/i.test(text) ? 'export' : 'message';
}
