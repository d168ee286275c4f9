import { BlockList, isIPv4, isIPv6 } from 'node:net';

const thisMachine = new BlockList();
thisMachine.addSubnet('127.0.0.0', 8, 'ipv4');
thisMachine.addAddress('::1', 'ipv6');

/** Addresses that mean something else in every network: this machine, the devices beside it, a cloud's own services. */
const ownNetwork = new BlockList();
for (const [address, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const) {
  ownNetwork.addSubnet(address, bits, 'ipv4');
}
for (const [address, bits] of [
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
] as const) {
  ownNetwork.addSubnet(address, bits, 'ipv6');
}

/** True for the addresses of the web. */
export function isWeb(url: URL): boolean {
  return url.protocol === 'https:' || url.protocol === 'http:';
}

/**
 * True for an address that files are fetched from. A draft may name any: one that is not the service's own must not have
 * this machine ask its own network, nor read over a connection that anybody can change. A service that is on this machine
 * itself, or in its network, has its files there too.
 */
export function isFetchable(url: URL, apiUrl: URL): boolean {
  if (url.origin === apiUrl.origin) return isWeb(url);
  if (url.protocol === 'https:') return !isIn(ownNetwork, url) || isIn(ownNetwork, apiUrl);
  return url.protocol === 'http:' && apiUrl.protocol === 'http:' && isIn(thisMachine, url) && isIn(thisMachine, apiUrl);
}

function isIn(list: BlockList, { hostname }: URL): boolean {
  // The address is in its one usual form: the parser of addresses knows of octal numbers and their like.
  const host = hostname.replace(/^\[(.+)\]$/, '$1').replace(/\.$/, '');
  if (isIPv4(host)) return list.check(host, 'ipv4');
  if (isIPv6(host)) return list.check(host, 'ipv6');
  return /(?:^|\.)localhost$/.test(host);
}
