import { getCACertificates, rootCertificates } from 'node:tls';

import * as l10n from '@vscode/l10n';
import { buildConnector, type Dispatcher, EnvHttpProxyAgent, Pool } from 'undici';

import { answerFirst } from './answer-first-socket.ts';
import { NemoError } from './errors.ts';
import type { NetworkSettings, Patience } from './client-options.ts';

/** How long the client waits where nobody says otherwise. */
export const usualPatience: Patience = {
  connectMs: 20_000,
  answerMs: 60_000,
  // A turn may be silent for all of its 15 minutes, and a server may think that long about an upload.
  longAnswerMs: 16 * 60_000,
  downloadMs: 60_000,
};

/**
 * The ways out to the network that the settings allow: through the proxy or past it, with the authorities that are
 * trusted. The editor patches Node's own modules for this, but not undici, so it is done here.
 */
export class Network {
  readonly #settings: NetworkSettings;
  readonly #patience: Patience;
  #kept: Dispatcher | undefined;
  #fresh: Dispatcher | undefined;
  #closed = false;

  constructor(settings: NetworkSettings, patience: Patience) {
    this.#settings = settings;
    this.#patience = patience;
  }

  /** Keeps its connections: for requests that may be repeated. */
  get kept(): Dispatcher {
    return (this.#kept ??= this.#open({}));
  }

  /**
   * Opens a connection for every request. A kept one can be closed by the other side in the moment of being used, and
   * then nobody knows whether the request was seen: too little for what is sent once and only once.
   */
  get fresh(): Dispatcher {
    return (this.#fresh ??= this.#open({ pipelining: 0, factory: answerFirstPool }));
  }

  /** Ends every connection, in use or not. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([this.#kept?.destroy(), this.#fresh?.destroy()]);
  }

  #open(agentOptions: Pick<EnvHttpProxyAgent.Options, 'pipelining' | 'factory'>): Dispatcher {
    if (this.#closed) throw new NemoError('cancelled', l10n.t('Stopped.'));
    const { strictSsl } = this.#settings;
    const ca = this.#authorities();
    const tls = { rejectUnauthorized: strictSsl, ...(ca ? { ca } : {}) };
    return new EnvHttpProxyAgent({
      ...agentOptions,
      // Over HTTP/2 uploads take several times as long.
      allowH2: false,
      connect: { ...tls, timeout: this.#patience.connectMs },
      connectTimeout: this.#patience.connectMs,
      requestTls: tls,
      proxyTls: tls,
      ...this.#proxies(),
    });
  }

  #proxies(): { httpProxy: string; httpsProxy: string; noProxy: string } {
    const environment = this.#settings.environment ?? process.env;
    const variable = (name: string) => environment[name] ?? environment[name.toUpperCase()] ?? '';
    const set = this.#settings.proxy?.trim();
    const exceptions = this.#settings.noProxy?.length ? this.#settings.noProxy.join(',') : variable('no_proxy');
    const httpProxy = set ? checkedProxy(set, 'http.proxy') : checkedProxy(variable('http_proxy'), 'HTTP_PROXY');
    const httpsProxy = set ? httpProxy : checkedProxy(variable('https_proxy'), 'HTTPS_PROXY') || httpProxy;
    // As the editor does: this machine is never reached through a proxy.
    return { httpProxy, httpsProxy, noProxy: `${exceptions},localhost,127.0.0.1,::1` };
  }

  #authorities(): string[] | undefined {
    const { certificates = [], systemCertificates = false } = this.#settings;
    if (certificates.length === 0 && !systemCertificates) return undefined;
    // Both are missing in older releases of Node.
    const read = getCACertificates as typeof getCACertificates | undefined;
    const builtIn = read ? read('default') : [...rootCertificates];
    const system = systemCertificates && read ? read('system') : [];
    return [...new Set([...builtIn, ...system, ...certificates])];
  }
}

/** The proxy's address with a scheme, or an empty string for none. */
function checkedProxy(address: string, setting: string): string {
  if (address.trim() === '') return '';
  const whole = /^[a-z][a-z\d+.-]*:\/\//i.test(address) ? address.trim() : `http://${address.trim()}`;
  const url = URL.canParse(whole) ? new URL(whole) : undefined;
  if (!url || !['http:', 'https:', 'socks:', 'socks5:'].includes(url.protocol)) {
    throw new NemoError(
      'badSetting',
      l10n.t('The proxy address in {0} cannot be used. Correct it, then try again.', setting),
      {
        steps: [{ kind: 'openSettings', label: l10n.t('Open Setting {0}', 'http.proxy'), argument: 'http.proxy' }],
        notSent: true,
      },
    );
  }
  return whole;
}

/** Connections to one origin, made as the agent would make them, on which answers are read before hang-ups count. */
function answerFirstPool(origin: string | URL, agentOptions: object): Pool {
  const { connect, ...options } = agentOptions as Pool.Options;
  // Through a proxy it is the function that connects; else it is what connecting needs.
  const connector = typeof connect === 'function' ? connect : buildConnector({ ...connect, allowH2: false });
  return new Pool(origin, {
    ...options,
    connect: (target, callback) => {
      connector(target, (...result) => {
        if (result[1]) answerFirst(result[1]);
        callback(...result);
      });
    },
  });
}
