import { lookup as systemLookup } from 'node:dns';
import { BlockList, isIPv4, isIPv6 } from 'node:net';
import { getCACertificates, rootCertificates } from 'node:tls';

import * as l10n from '@vscode/l10n';
import { buildConnector, type Dispatcher, EnvHttpProxyAgent, Pool } from 'undici';

import { answerFirst } from './answer-first-socket.ts';
import { checkedLookup } from './checked-lookup.ts';
import { NemoError } from './errors.ts';
import type { NetworkSettings, Patience } from './client-options.ts';

/** How long the client waits where nobody says otherwise. */
export const usualPatience: Patience = {
  connectMs: 20_000,
  answerMs: 60_000,
  // A turn may be silent for all of its 15 minutes, and a server may think that long about an upload.
  longAnswerMs: 16 * 60_000,
  downloadMs: 60_000,
  wholeAnswerMs: 120_000,
  wholeLongAnswerMs: 16 * 60_000,
  paceMs: 60_000,
};

/** What one request takes to the network. */
export interface Way {
  readonly dispatcher: Dispatcher;
  /** To be called when the request's answer begins, or fails to. */
  readonly end: (isAnswered: boolean) => void;
}

interface OpenWay {
  readonly key: string;
  readonly agent: Dispatcher;
  /** Nobody else may take it: through SOCKS undici makes all who come wait for the one who connects. */
  isTaken: boolean;
}

/**
 * The ways out to the network that the settings allow: through the proxy or past it, with the authorities that are
 * trusted. The editor patches Node's own modules for this, but not undici, so it is done here.
 */
export class Network {
  readonly #settings: NetworkSettings;
  readonly #patience: Patience;
  readonly #mayConnect: (address: string) => boolean;
  readonly #ways: OpenWay[] = [];
  #exempt: BlockList | undefined;
  #closed = false;

  /** `mayConnect` is asked about each IP address that a name leads to, on the ways that are `checked`. */
  constructor(settings: NetworkSettings, patience: Patience, mayConnect: (address: string) => boolean) {
    this.#settings = settings;
    this.#patience = patience;
    this.#mayConnect = mayConnect;
  }

  /**
   * The way to `url`. With `fresh` it opens a connection for every request: a kept one can be closed by the other side in
   * the moment of being used, and then nobody knows whether the request was seen. Too little for what is sent once and
   * only once. With `checked` no connection is made to an address that the name must not lead to; through a proxy it is
   * the proxy that looks up names.
   * @throws NemoError `badSetting` where the proxy's address is none; `cancelled` once it is closed.
   */
  way(url: URL, { fresh, checked }: { readonly fresh: boolean; readonly checked: boolean }): Way {
    const direct = this.#isExempt(url.hostname);
    const isAlone = !direct && isSocks(this.#proxies().httpsProxy);
    const key = [direct, fresh, checked].join();
    let way = this.#ways.find((one) => one.key === key && !one.isTaken);
    if (!way) {
      const agent = this.#open(fresh ? { pipelining: 0, factory: answerFirstPool } : {}, direct, checked);
      way = { key, agent, isTaken: false };
      this.#ways.push(way);
    }
    const taken = way;
    taken.isTaken = isAlone;
    return { dispatcher: taken.agent, end: (isAnswered) => this.#giveBack(taken, isAnswered) };
  }

  /** Ends every connection, in use or not. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#ways.map(({ agent }) => agent.destroy()));
  }

  #giveBack(way: OpenWay, isAnswered: boolean): void {
    if (!way.isTaken) return;
    if (isAnswered) {
      way.isTaken = false;
      return;
    }
    // It may still be connecting, and would keep the next request waiting. Whose answer goes on over it reads it to the end.
    const forget = () => void this.#ways.splice(this.#ways.indexOf(way), 1);
    way.agent.close().then(forget, forget);
  }

  #open(
    agentOptions: Pick<EnvHttpProxyAgent.Options, 'pipelining' | 'factory'>,
    direct: boolean,
    checked: boolean,
  ): Dispatcher {
    if (this.#closed) throw new NemoError('cancelled', l10n.t('Stopped.'));
    const { strictSsl, proxyAuthorization, lookup = systemLookup } = this.#settings;
    const ca = this.#authorities();
    const tls = { rejectUnauthorized: strictSsl, ...(ca ? { ca } : {}) };
    const proxies = direct ? { httpProxy: '', httpsProxy: '' } : this.#proxies();
    return new EnvHttpProxyAgent({
      ...agentOptions,
      // Over HTTP/2 uploads take several times as long.
      allowH2: false,
      connect: {
        ...tls,
        timeout: this.#patience.connectMs,
        lookup: checked ? checkedLookup(lookup, this.#mayConnect) : lookup,
      },
      connectTimeout: this.#patience.connectMs,
      requestTls: tls,
      // A proxy that is asked for a tunnel and says nothing.
      clientFactory: (origin, options: object) =>
        new Pool(origin, { ...options, headersTimeout: this.#patience.connectMs }),
      ...(isSocks(proxies.httpsProxy) ? socksOptions(new URL(proxies.httpsProxy)) : { proxyTls: tls }),
      ...(proxyAuthorization === undefined ? {} : { token: proxyAuthorization }),
      ...proxies,
      noProxy: [...this.#exceptions(), 'localhost', '::1'].join(','),
    });
  }

  #proxies(): { httpProxy: string; httpsProxy: string } {
    const set = this.#settings.proxy?.trim();
    if (set) {
      const proxy = checkedProxy(set, 'http.proxy');
      return { httpProxy: proxy, httpsProxy: proxy };
    }
    const all = checkedProxy(this.#variable('all_proxy'), 'ALL_PROXY');
    const httpProxy = checkedProxy(this.#variable('http_proxy'), 'HTTP_PROXY') || all;
    return { httpProxy, httpsProxy: checkedProxy(this.#variable('https_proxy'), 'HTTPS_PROXY') || httpProxy };
  }

  /** Hosts that are reached past the proxy, as the settings or the environment write them. */
  #exceptions(): readonly string[] {
    const { noProxy } = this.#settings;
    const written = noProxy?.length ? noProxy.join(',') : this.#variable('no_proxy');
    return written.split(/[,\s]+/).filter((entry) => entry !== '');
  }

  #variable(name: string): string {
    const environment = this.#settings.environment ?? process.env;
    return environment[name] ?? environment[name.toUpperCase()] ?? '';
  }

  /** True for an address within this machine, or within a range like `10.0.0.0/8` that is exempt: undici knows of names alone. */
  #isExempt(hostname: string): boolean {
    const host = hostname.replace(/^\[(.+)\]$/, '$1');
    const family = familyOf(host);
    return family !== undefined && (this.#exempt ??= addressRanges(this.#exceptions())).check(host, family);
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
  if (!url || !proxyProtocols.has(url.protocol) || !isEncoded(url.username) || !isEncoded(url.password)) {
    throw new NemoError(
      'badSetting',
      l10n.t('The proxy address in {0} cannot be used. Correct it, then try again.', setting),
      {
        steps: [{ kind: 'openSettings', label: l10n.t('Open Setting {0}', 'http.proxy'), argument: 'http.proxy' }],
        notSent: true,
      },
    );
  }
  // With SOCKS it is always the proxy that looks up the host's name, which some write as `socks5h`.
  return whole.replace(/^socks5h:/i, 'socks5:');
}

const proxyProtocols = new Set(['http:', 'https:', 'socks:', 'socks5:', 'socks5h:']);

function isSocks(proxy: string): boolean {
  return /^socks5?:/i.test(proxy);
}

/**
 * What undici must be told of a SOCKS proxy: the name and password as they are, for it would send them as the address
 * writes them. Without `proxyTls`, which it would take for the wish to speak SOCKS over TLS.
 */
function socksOptions({ username, password }: URL): object {
  return { username: decodeURIComponent(username), password: decodeURIComponent(password) };
}

/** False where a percent sign stands for itself. */
function isEncoded(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

/** The ranges of addresses among `entries`, and this machine's own. */
function addressRanges(entries: readonly string[]): BlockList {
  const ranges = new BlockList();
  // As the editor does: this machine is never reached through a proxy.
  ranges.addSubnet('127.0.0.0', 8, 'ipv4');
  ranges.addAddress('::1', 'ipv6');
  for (const entry of entries) {
    const [, address = '', bits = ''] = /^\[?([^[\]/]+)\]?\/(\d{1,3})$/.exec(entry) ?? [];
    const family = familyOf(address);
    if (family && Number(bits) <= (family === 'ipv4' ? 32 : 128)) ranges.addSubnet(address, Number(bits), family);
  }
  return ranges;
}

function familyOf(host: string): 'ipv4' | 'ipv6' | undefined {
  if (isIPv4(host)) return 'ipv4';
  return isIPv6(host) ? 'ipv6' : undefined;
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
