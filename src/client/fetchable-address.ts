import { BlockList, isIPv4, isIPv6 } from 'node:net';

import { withoutTrailing } from './without-trailing.ts';

type Range = readonly [address: string, bits: number];

/** This machine itself. */
const thisMachine = blockList([['127.0.0.0', 8]], [['::1', 128]]);

/** Addresses that mean something else in every network: this machine, the devices beside it, a cloud's own services. */
const ownRangesV4: readonly Range[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
];
const ownNetwork = blockList(ownRangesV4, [
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
]);

/** Whatever else the registries of special-purpose addresses (IANA) name: no web server has one of them. */
const specialV4: readonly Range[] = [
  ...ownRangesV4,
  // IETF protocols, documentation, AS112, relays of 6to4, AMT, benchmarks, multicast, reserved and broadcast.
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.31.196.0', 24],
  ['192.52.193.0', 24],
  ['192.88.99.0', 24],
  ['192.175.48.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];
const special = blockList(specialV4, [
  // IETF protocols (Teredo and benchmarks among them), documentation, 6to4, AS112.
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['2620:4f:8000::', 48],
  ['3fff::', 20],
]);
/** All that is handed out for the public Internet. What embeds an IPv4 address or serves one network only is outside of it. */
const publicV6 = blockList([], [['2000::', 3]]);
/** Where a network without IPv4 has the addresses of IPv4. */
const translated = blockList([], [['64:ff9b::', 96]]);

/** Names that mean something else in every network; single labels do too. */
const ownNames = /(?:^|\.)(?:localhost|localdomain|local|internal|intranet|home\.arpa|home|lan|corp)$/;

/** True for the addresses of the web. */
export function isWeb(url: URL): boolean {
  return url.protocol === 'https:' || url.protocol === 'http:';
}

/**
 * True for an address that files are fetched from. A draft may name any: one that is not the service's own must not have
 * this machine ask its own network, nor read over a connection that anybody can change. A service that is on this machine
 * itself, or in its network, has its files there too. What a name leads to is looked at by {@link mayConnect}.
 */
export function isFetchable(url: URL, apiUrl: URL): boolean {
  if (url.origin === apiUrl.origin) return isWeb(url);
  if (url.protocol === 'https:') return isPublic(url) || (isOwn(url) && isOwn(apiUrl));
  return url.protocol === 'http:' && apiUrl.protocol === 'http:' && isThisMachine(url) && isThisMachine(apiUrl);
}

/** True for an IP address, found by a look-up of a fetchable name, that a connection may be made to. */
export function mayConnect(address: string, apiUrl: URL): boolean {
  if (isPublicAddress(address)) return true;
  if (isIn(translated, address)) return isPublicAddress(lastFourBytes(address));
  return isIn(ownNetwork, address) && isOwn(apiUrl);
}

function isPublic(url: URL): boolean {
  const host = hostOf(url);
  return isAddress(host) ? isPublicAddress(host) : !isOwnName(host);
}

function isPublicAddress(address: string): boolean {
  if (isIPv6(address)) return isIn(publicV6, address) && !isIn(special, address);
  return isIPv4(address) && !isIn(special, address);
}

function isOwn(url: URL): boolean {
  const host = hostOf(url);
  return isAddress(host) ? isIn(ownNetwork, host) : isOwnName(host);
}

function isOwnName(host: string): boolean {
  return !host.includes('.') || ownNames.test(host);
}

function isThisMachine(url: URL): boolean {
  const host = hostOf(url);
  return isAddress(host) ? isIn(thisMachine, host) : /(?:^|\.)localhost$/.test(host);
}

/** An address is in its one usual form, for the parser of URLs knows of octal numbers and their like; a name has no dot behind it. */
function hostOf({ hostname }: URL): string {
  return withoutTrailing(hostname.replace(/^\[(.+)\]$/, '$1'), '.');
}

function isAddress(host: string): boolean {
  return isIPv4(host) || isIPv6(host);
}

function isIn(list: BlockList, address: string): boolean {
  if (isIPv4(address)) return list.check(address, 'ipv4');
  return isIPv6(address) && list.check(address, 'ipv6');
}

/** The IPv4 address at the end of an IPv6 address. */
function lastFourBytes(address: string): string {
  // The parser of URLs writes it in hexadecimal, without a zone.
  const { hostname } = new URL(`http://[${address.split('%', 1)[0] ?? ''}]/`);
  const [high = '', low = ''] = hostname.slice(1, -1).split(':').slice(-2);
  const bits = (Number.parseInt(high || '0', 16) << 16) | Number.parseInt(low || '0', 16);
  return [24, 16, 8, 0].map((shift) => (bits >>> shift) & 0xff).join('.');
}

function blockList(v4: readonly Range[], v6: readonly Range[]): BlockList {
  const list = new BlockList();
  for (const [address, bits] of v4) list.addSubnet(address, bits, 'ipv4');
  for (const [address, bits] of v6) list.addSubnet(address, bits, 'ipv6');
  return list;
}
