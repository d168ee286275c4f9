import { type Protection, protectionsIn } from '../protection.ts';

const endless = 'test/unit/client/endless-answers.test.ts';
const addresses = 'test/unit/client/names-and-addresses.test.ts';
const media = 'test/unit/client/remote-media.test.ts';
const json = 'test/unit/client/json-text.test.ts';

/** What servers could do with answers that never end, and with addresses that lead into the user's own network. */
export const hostileServerProtections: readonly Protection[] = [
  ...protectionsIn('src/client/transport.ts', [
    {
      name: 'a short call has a deadline for the whole of it',
      remove: 'this.patience.wholeAnswerMs, outer',
      replaceWith: 'Infinity, outer',
      tests: endless,
      only: 'end a short call two minutes after it began',
    },
    {
      name: 'a call that took too long is not begun again',
      remove: ' && !passedTimeLimit(error)',
      replaceWith: '',
      tests: endless,
      only: 'end a short call two minutes after it began',
    },
    {
      name: 'a connection that is never made does not outlive a Stop',
      remove: 'await unlessAborted(answering, signal)',
      replaceWith: 'await answering',
      tests: endless,
      only: 'does not outlive a Stop',
    },
    {
      name: 'the words of a refusal are read for some seconds',
      remove: 'this.#options.clock.limit(longestErrorMs, () => answer.body.destroy())',
      replaceWith: 'this.#options.clock.limit(longestErrorMs, () => undefined)',
      tests: endless,
      only: 'of a refusal are read for five seconds',
    },
    {
      name: 'the words of a refusal are read up to a limit',
      remove: 'readText(answer.body, maxErrorBytes, false)',
      replaceWith: 'readText(answer.body, Infinity, false)',
      tests: endless,
      only: 'of a refusal are read up to 64 KB, whatever the time',
    },
    {
      name: 'a download has a lowest pace',
      remove: 'const tooSlow = () => body.destroy(new TimeLimitPassed());',
      replaceWith: 'const tooSlow = () => undefined;',
      tests: endless,
      only: 'end it where they bring less than 1 KB a second',
    },
    {
      name: 'what a name leads to is looked at when it is connected to',
      remove: 'checked: !isService',
      replaceWith: 'checked: false',
      tests: addresses,
      only: 'are refused when they have been looked up',
    },
  ]),
  {
    name: 'a turn is listened to for its time and no longer',
    file: 'src/client/event-stream.ts',
    remove: 'AbortSignal.any([inner, limit.signal])',
    replaceWith: 'inner',
    tests: endless,
    only: 'end a turn that is told for longer than a turn can take',
  },
  ...protectionsIn('src/client/download.ts', [
    {
      name: 'a download ends at 8 GB',
      remove: 'if (size > maxFileBytes) {',
      replaceWith: 'if (size < 0) {',
      tests: endless,
      only: 'end it at 8 GB where nothing was announced',
    },
    {
      name: 'a download ends where its answer announced',
      remove: 'if (size > mostFileBytes(totalBytes, this.#expectedSize)) {',
      replaceWith: 'if (size > mostFileBytes(undefined, this.#expectedSize)) {',
      tests: endless,
      only: 'end it as soon as they are longer than was announced',
    },
    {
      name: 'a download ends far above what its render said, where its answer announced nothing',
      remove: 'if (size > mostFileBytes(totalBytes, this.#expectedSize)) {',
      replaceWith: 'if (totalBytes !== undefined && size > totalBytes) {',
      tests: endless,
      only: 'end it far below that where the render said its size',
    },
  ]),
  {
    name: 'no proxy makes one connection wait for another',
    file: 'src/client/network.ts',
    remove: 'taken.isTaken = isAlone;',
    replaceWith: 'taken.isTaken = false;',
    tests: endless,
    only: 'does not keep another at the same time from being tried',
  },
  {
    name: 'only permitted addresses of a name are connected to',
    file: 'src/client/checked-lookup.ts',
    remove: 'all.filter(({ address }) => mayConnect(address))',
    replaceWith: 'all.filter(() => mayConnect !== undefined)',
    tests: addresses,
    only: 'are refused when they have been looked up',
  },
  ...protectionsIn('src/client/ask-for-file.ts', [
    {
      name: 'no redirect leads from https to http',
      remove: ' || isWeaker',
      replaceWith: '',
      tests: addresses,
      only: 'never get media in the clear that were asked for over TLS',
    },
    {
      name: 'no redirect leads into the own network',
      remove: '!mayFollow || ',
      replaceWith: '!next || ',
      tests: media,
      only: 'are asked for nowhere in the own network, nor along a redirect',
    },
  ]),
  {
    name: 'JSON is not walked deeper than 200 levels',
    file: 'src/client/json-text.ts',
    remove: '  refuseDepth(text);',
    replaceWith: '',
    tests: json,
    only: 'is read down to 200 levels and no deeper',
  },
  ...protectionsIn('src/client/fetchable-address.ts', [
    ...["['100.64.0.0', 10],", "['198.18.0.0', 15],", "['2002::', 16],"].map((range) => ({
      name: `nothing is fetched from ${range.slice(2, -7)}`,
      remove: range,
      replaceWith: '',
      tests: media,
      only: 'are not in a network of its own kind',
    })),
    {
      name: 'nothing is fetched from a name of the own network',
      remove: 'isPublicAddress(host) : !isOwnName(host)',
      replaceWith: 'isPublicAddress(host) : true',
      tests: media,
      only: 'are not in a network of its own kind',
    },
    {
      name: 'an address of IPv4 within one of IPv6 is looked at',
      remove: 'if (isIn(translated, address)) return isPublicAddress(lastFourBytes(address));',
      replaceWith: 'if (isIn(translated, address)) return true;',
      tests: addresses,
      only: 'may be public ones that a network without IPv4 translates',
    },
  ]),
];
