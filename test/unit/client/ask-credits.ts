/**
 * Asks the service at the address in `argv` for the credits, with the network settings that follow as JSON, and prints
 * `{"available":…}` or `{"code":…}`: for tests of what a process takes from its environment when it starts.
 */
import type { NetworkSettings } from '../../../src/client/client-options.ts';
import { NemoError } from '../../../src/client/errors.ts';
import { NemoClient } from '../../../src/client/nemo-client.ts';
import { clientOptions } from './client-fixture.ts';

const [address = '', settings = '{}'] = process.argv.slice(2);
const network = JSON.parse(settings) as Partial<NetworkSettings>;
const client = new NemoClient(clientOptions(new URL(address), { network: { strictSsl: true, ...network } }));
try {
  const { available } = await client.credits();
  console.log(JSON.stringify({ available }));
} catch (error) {
  console.log(JSON.stringify({ code: error instanceof NemoError ? error.code : String(error) }));
} finally {
  await client.close();
}
