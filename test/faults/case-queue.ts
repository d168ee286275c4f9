import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { FaultCase } from './fault-cases.ts';

/** Gives each case to one lane, whichever is free first: then none waits for another in the end. */
export class CaseQueue {
  readonly #cases: FaultCase[];
  readonly #server: Server;

  private constructor(cases: readonly FaultCase[], server: Server) {
    this.#cases = [...cases];
    this.#server = server;
  }

  /** The first of `cases` are given first. */
  static async start(cases: readonly FaultCase[]): Promise<CaseQueue> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const queue = new CaseQueue(cases, server);
    server.on('request', (_, response) => response.end(JSON.stringify(queue.#cases.shift() ?? null)));
    return queue;
  }

  /** How many nobody has taken yet. */
  get waiting(): number {
    return this.#cases.length;
  }

  /** For {@link nextCase}, in an extension host. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** Takes the next case from a queue; `undefined` where there is none any more. */
export async function nextCase(url: string): Promise<FaultCase | undefined> {
  const response = await fetch(url, { method: 'POST' });
  return ((await response.json()) as FaultCase | null) ?? undefined;
}
