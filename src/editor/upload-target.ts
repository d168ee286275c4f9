import type * as vscode from 'vscode';

import type { UploadTarget } from './uploads.ts';

/** The target that a URI means: files are read here, web addresses by the service. */
export function uploadTarget(uri: vscode.Uri): UploadTarget {
  return /^https?$/.test(uri.scheme) ? uri.toString(true) : uri;
}
