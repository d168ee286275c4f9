import { type Protection, protectionsIn } from '../protection.ts';

const limits = 'test/unit/client/answer-limits.test.ts';
const answers = 'test/unit/client/answers.test.ts';
const refusals = 'test/unit/client/refusals.test.ts';
const events = 'test/unit/client/stream-events.test.ts';
const turns = 'test/unit/conversation/turn.test.ts';

/** What the service says: what of it is believed, remembered and shown. */
export const answerProtections: readonly Protection[] = [
  ...protectionsIn('src/client/answers.ts', [
    {
      name: 'an answer that is no JSON is not quoted',
      remove: "throw new AnswerMisfit(error instanceof JsonTooDeep ? 'depth' : 'JSON');",
      replaceWith: 'throw new AnswerMisfit(text);',
      tests: answers,
      only: 'are one clear error with the endpoint and the field',
    },
    {
      name: 'a finished video has a web address or none',
      remove: 'address && /^https?:$/.test(address.protocol) ?',
      replaceWith: 'address ?',
      tests: answers,
      only: 'never bring an address that is not of the web',
    },
    {
      name: 'why a render failed is told in plain words',
      remove: 'plainWords(refusalWords({ error: said, errorMessage }))',
      replaceWith: 'refusalWords({ error: said, errorMessage })',
      tests: answers,
      only: 'tell in plain words why it failed',
    },
  ]),
  ...protectionsIn('src/client/service-failures.ts', [
    {
      name: 'no token is in the words of a refusal',
      remove: ".replace(/\\b(?:nmv|clm)_[\\w.-]+/gi, '…')",
      replaceWith: '.trim()',
      tests: refusals,
      only: 'in other words is told in those words, short, plain and without a token',
    },
    {
      name: 'no «Bearer …» is in the words of a refusal',
      remove: ".replace(/\\bbearer\\s+\\S+/gi, '…')",
      replaceWith: '',
      tests: refusals,
      only: 'in other words is told in those words, short, plain and without a token',
    },
    {
      name: 'no control character is in the words of a refusal',
      remove: ".replace(/[\\p{Cc}\\p{Cf}\\s]+/gu, ' ')",
      replaceWith: '',
      tests: refusals,
      only: 'in other words is told in those words, short, plain and without a token',
    },
    {
      name: 'the words of a refusal are no page and no JSON',
      remove: '|| /^[<{[]/.test(line) || /<\\/?[a-z!][^<>]*(?:>|$)/i.test(line)) return undefined;',
      replaceWith: ') return undefined;',
      tests: refusals,
      only: 'in other words is told in those words, short, plain and without a token',
    },
    {
      name: 'the words of a refusal are short',
      remove: 'return line.length > 200 ?',
      replaceWith: 'return line.length > 200_000 ?',
      tests: refusals,
      only: 'in other words is told in those words, short, plain and without a token',
    },
    {
      name: 'a fault of the service does not count as nothing sent',
      remove: "notSent: code !== 'serverFault' && code !== 'timedOut',",
      replaceWith: 'notSent: true,',
      tests: 'test/unit/client/retries.test.ts',
      only: 'a message that the service failed on may have been taken',
    },
    {
      name: 'a connection that broke does not count as nothing sent',
      remove: 'const notSent = neverConnected(cause);',
      replaceWith: 'const notSent = true;',
      tests: 'test/unit/client/retries.test.ts',
      only: 'a message whose connection broke may have arrived',
    },
  ]),
  ...protectionsIn('src/client/event-stream.ts', [
    {
      name: 'the size of an event is limited',
      remove: 'maxBufferSize: maxEventLength,',
      replaceWith: '',
      tests: limits,
      only: 'of one event is limited',
    },
    {
      name: 'the size of a stream is limited',
      remove: 'if (bytes > maxStreamBytes)',
      replaceWith: 'if (bytes > Infinity)',
      tests: limits,
      only: 'of a whole stream is limited',
    },
    {
      name: 'who leaves a turn ends its request',
      remove: 'limit.end();\n    leaving.abort();',
      replaceWith: 'limit.end();',
      tests: 'test/unit/client/retries.test.ts',
      only: 'leaving the loop over a turn ends its request also where the answer says nothing of its type',
    },
  ]),
  ...protectionsIn('src/client/stream-event.ts', [
    {
      name: 'what the model thinks is not shown',
      remove: '.filter(({ thought }) => !thought)',
      replaceWith: '',
      tests: events,
      only: 'keeps thoughts, and what the user said, from the user',
    },
    {
      name: 'what the user said is not shown as an answer',
      remove: "&& role !== 'user' && raw.author !== 'user'",
      replaceWith: '',
      tests: events,
      only: 'keeps thoughts, and what the user said, from the user',
    },
    {
      name: 'a broken event ends no turn that was paid for',
      remove: "return [words === undefined ? { kind: 'heartbeat' } : { kind: 'error', message: words }];",
      replaceWith: 'throw new Error(words ?? message.data);',
      tests: events,
      only: 'survives a broken event, and tells nothing of what was in it',
    },
    {
      name: 'an error within a turn is told in plain words',
      remove: "message: plainWords(said ?? undefined) ?? '',",
      replaceWith: "message: said ?? '',",
      tests: events,
      only: 'never lets a token or a page out of an error',
    },
  ]),
  ...protectionsIn('src/client/draft-text.ts', [
    {
      name: 'what is no JSON never becomes part of a request',
      remove: 'JSON.parse(draftText);',
      replaceWith: '',
      tests: 'test/unit/client/draft-text.test.ts',
      only: 'is refused where it is no JSON, without a word of what it was',
    },
  ]),
  ...protectionsIn('src/client/json-text.ts', [
    {
      name: 'an id of many digits stays that id',
      remove: 'return JSON.parse(text, keepDigits as Parameters<typeof JSON.parse>[1]) as unknown;',
      replaceWith: 'return JSON.parse(text) as unknown;',
      tests: 'test/unit/client/draft-text.test.ts',
      only: 'keeps every digit of its ids for reading, too',
    },
  ]),
  ...protectionsIn('src/conversation/answer-text.ts', [
    {
      name: 'the length of an answer is limited',
      remove: 'const longestAnswer = 1_000_000;',
      replaceWith: 'const longestAnswer = 1_000_000_000;',
      tests: turns,
      only: 'and of an endless answer the beginning',
    },
    {
      name: 'an event that comes twice counts once',
      remove: 'if (this.#ids.has(event.id)) return [];',
      replaceWith: '',
      tests: turns,
      only: 'however it is cut into pieces, and whichever event comes twice',
    },
    {
      name: 'a limited number of ids is remembered',
      remove: 'if (this.#ids.size < mostIds) this.#ids.add(event.id);',
      replaceWith: 'this.#ids.add(event.id);',
      tests: 'test/unit/conversation/answer-text.test.ts',
      only: 'remembers the ids of so many events',
    },
    {
      name: 'a stream takes back what it said a limited number of times',
      remove: 'const mostReplacements = 30;',
      replaceWith: 'const mostReplacements = 30_000;',
      tests: 'test/unit/conversation/answer-text.test.ts',
      only: 'is taken back so many times',
    },
  ]),
  ...protectionsIn('src/conversation/turn-limits.ts', [
    {
      name: 'no turn lasts for longer than its time',
      remove: 'turn: 15 * 60_000,',
      replaceWith: 'turn: 150 * 60_000,',
      tests: turns,
      only: 'is over after 15 minutes, whatever goes on',
    },
    {
      name: 'a turn of nothing but heartbeats ends',
      remove: 'heartbeats: 10 * 60_000,',
      replaceWith: 'heartbeats: 14 * 60_000,',
      tests: turns,
      only: 'after ten minutes of heartbeats that it timed out',
    },
    {
      name: 'the state of a lost turn is asked for a limited number of times',
      remove: 'export const mostReadings = 10;',
      replaceWith: 'export const mostReadings = 1000;',
      tests: turns,
      only: 'is given up honestly where the service can never be asked',
    },
  ]),
  ...protectionsIn('src/conversation/turn-course.ts', [
    {
      name: 'nothing is sent into a session that is gone',
      remove: 'if (isFinal(error)) return refused(this.#failed(error), true);',
      replaceWith: '',
      tests: turns,
      only: 'does not send where the session is gone',
    },
    {
      name: 'a turn whose message may have arrived is looked after, not offered again',
      remove: 'if (!hadEvents && (error.notSent || isFinal(error))) {',
      replaceWith: 'if (!hadEvents) {',
      tests: turns,
      only: 'before its first event is recovered too, and never sent again',
    },
    {
      name: 'a turn that failed after it was taken does not say that it was not',
      remove: "return isRefused && result.outcome === 'failed' ?",
      replaceWith: "return result.outcome === 'failed' ?",
      tests: turns,
      only: 'keeps the sentence and the steps of a refusal that is known',
    },
  ]),
  ...protectionsIn('src/conversation/turn-words.ts', [
    {
      name: 'what is for programmers is not shown',
      remove: '&& !/[{}<>[\\]=]|https?:|Traceback|Exception|',
      replaceWith: '&& !/[{}]{900}|',
      tests: turns,
      only: 'shows nothing of what is for programmers',
    },
    {
      name: 'sending again says that it may be charged again',
      remove: 'return isRefusal ? failure.failure : withChargedRetry(failure.failure);',
      replaceWith: 'return failure.failure;',
      tests: turns,
      only: 'says that once more may be charged again, where a refusal comes after work was begun',
    },
  ]),
  ...protectionsIn('src/conversation/apply-delta.ts', [
    {
      name: 'text at the wrong place is not shown',
      remove: 'old.text.length === message.at ?',
      replaceWith: 'message.at >= 0 ?',
      tests: 'test/unit/conversation/chat-reducer.test.ts',
      only: 'knows when it has missed something',
    },
  ]),
  ...protectionsIn('src/conversation/turn-course.ts', [
    {
      name: 'what was told when the window closed is not told again',
      remove: 'else if (!isToldOfChanges(this.#answer.shown))',
      replaceWith: 'else',
      tests: turns,
      only: 'tells nothing twice that was told when the window closed',
    },
  ]),
  ...protectionsIn('src/client/answers.ts', [
    {
      name: '“me” is nobody’s id',
      remove: "user === 'me' ? undefined : user",
      replaceWith: 'user',
      tests: 'test/unit/client/answers.test.ts',
      only: 'are enough to connect with',
    },
  ]),
];
