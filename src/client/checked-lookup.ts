import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';

/** A name leads to an address that nothing is fetched from. */
export class AddressRefused extends Error {
  readonly code = 'NEMO_ADDRESS_REFUSED';

  constructor() {
    super('The name leads to an address that nothing is fetched from.');
    this.name = 'AddressRefused';
  }
}

/**
 * A look-up that gives only the addresses that `mayConnect` permits. It is the connection's own, so that a name cannot
 * lead elsewhere between a check and its use.
 */
export function checkedLookup(lookup: LookupFunction, mayConnect: (address: string) => boolean): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error) return callback(error, []);
      const all: readonly LookupAddress[] = Array.isArray(found) ? found : [];
      const permitted = all.filter(({ address }) => mayConnect(address));
      const [first] = permitted;
      if (!first) return callback(new AddressRefused(), []);
      if (options.all) callback(null, permitted);
      else callback(null, first.address, first.family);
    });
  };
}
