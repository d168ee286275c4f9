import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';

import { NemoError } from '../client/errors.ts';
import type { NetworkSettings } from '../client/client-options.ts';

/** What to do when an exported video is on disk. */
export type AfterExport = 'notify' | 'open' | 'nothing';

/** Where the service and its web app are. */
export interface Addresses {
  readonly apiUrl: URL;
  readonly webUrl: URL;
}

/** The settings, read anew at each question, so that a change counts at once. */
export class Settings {
  readonly #environment: NodeJS.ProcessEnv;

  constructor(environment: NodeJS.ProcessEnv = process.env) {
    this.#environment = environment;
  }

  /**
   * Addresses of the service and the web app; the environment's `NEMO_API_URL` and `NEMO_WEB_URL` win.
   * @throws NemoError `badSetting` for anything but https, or http on loopback.
   */
  addresses(): Addresses {
    return {
      apiUrl: this.#address('nemo.apiUrl', 'NEMO_API_URL'),
      webUrl: this.#address('nemo.webUrl', 'NEMO_WEB_URL'),
    };
  }

  get skill(): string {
    return this.#text('nemo.skill', 'ai-video-editor-generative');
  }

  /** As it was written: relative to the workspace, absolute, or starting with `~`. */
  get exportFolder(): string {
    return this.#text('nemo.exportFolder', 'exports');
  }

  get exportQuality(): string {
    const value = this.#text('nemo.exportQuality', 'high');
    return /^(high|medium|low)$/.test(value) ? value : 'high';
  }

  get afterExport(): AfterExport {
    const value = this.#text('nemo.afterExport', 'notify');
    return value === 'open' || value === 'nothing' ? value : 'notify';
  }

  get guiActions(): boolean {
    return read('nemo.guiActions') !== false;
  }

  get showCredits(): boolean {
    return read('nemo.showCredits') !== false;
  }

  /** Language of new sessions, as the service takes it: `en`, `zh`, … */
  get language(): string {
    const chosen = this.#text('nemo.language', '');
    if (/^[a-z]{2,3}(-[a-z0-9]{2,8})*$/i.test(chosen)) return chosen;
    return vscode.env.language.split('-')[0] ?? 'en';
  }

  /** How the editor reaches the network; the client reads the environment's variables where the editor says nothing. */
  get network(): NetworkSettings {
    const proxy = this.#text('http.proxy', '');
    const proxyAuthorization = this.#text('http.proxyAuthorization', '');
    const noProxy = read('http.noProxy');
    // «off» is the editor's own word for «do not touch what extensions do»: then only the environment counts.
    const off = read('http.proxySupport') === 'off';
    return {
      ...(proxy !== '' && !off ? { proxy } : {}),
      ...(proxyAuthorization !== '' && !off ? { proxyAuthorization } : {}),
      ...(Array.isArray(noProxy) ? { noProxy: noProxy.filter((host) => typeof host === 'string') } : {}),
      strictSsl: read('http.proxyStrictSSL') !== false,
      systemCertificates: read('http.systemCertificates') !== false,
    };
  }

  #text(key: string, fallback: string): string {
    const value = read(key);
    return typeof value === 'string' && value.trim() !== '' ? value.trim() : fallback;
  }

  #address(key: 'nemo.apiUrl' | 'nemo.webUrl', variable: string): URL {
    const fromEnvironment = this.#environment[variable]?.trim() ?? '';
    const isFromEnvironment = fromEnvironment !== '';
    const text = isFromEnvironment ? fromEnvironment : this.#text(key, defaultAddresses[key]);
    const name = isFromEnvironment ? variable : key;
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url && isTrustworthy(url) && url.username === '' && url.password === '') return url;
    throw new NemoError(
      'badSetting',
      l10n.t('{0} must be an https address, or http on this machine. Please correct it.', name),
      fromEnvironment ? {} : { steps: [{ kind: 'openSettings', label: l10n.t('Open Settings'), argument: key }] },
    );
  }
}

const defaultAddresses = {
  'nemo.apiUrl': 'https://mega-api-prod.nemovideo.ai',
  'nemo.webUrl': 'https://nemovideo.com',
} as const;

/** https anywhere, http only where nobody else can listen. */
function isTrustworthy(url: URL): boolean {
  if (url.protocol === 'https:') return true;
  if (url.protocol !== 'http:') return false;
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(url.hostname);
}

function read(key: string): unknown {
  return vscode.workspace.getConfiguration().get(key);
}
