import * as z from 'zod';
import type { EndpointName, Fault } from './sandbox-options.ts';
import { endpointNames, faultKinds, faultMoments } from './sandbox-options.ts';

/** A fault as it comes over HTTP. */
export const faultSchema = z.strictObject({
  endpoint: z.enum([...endpointNames, '*']),
  moment: z.enum(faultMoments),
  kind: z.enum(faultKinds),
  status: z.int().min(200).max(599).optional(),
  code: z.int().optional(),
  message: z.string().optional(),
  times: z.int().min(1).optional(),
  skip: z.int().min(0).optional(),
  retryAfterSeconds: z.number().min(0).optional(),
  ms: z.number().min(0).optional(),
  afterBytes: z.int().min(0).optional(),
});

/** The faults to come, in the order in which they were asked for. */
export class FaultList {
  #waiting: { fault: Fault; skip: number; times: number }[] = [];

  /** @throws ZodError for a fault that does not exist. */
  add(fault: Fault): void {
    faultSchema.parse(fault);
    this.#waiting.push({ fault, skip: fault.skip ?? 0, times: fault.times ?? 1 });
  }

  clear(): void {
    this.#waiting = [];
  }

  /** The fault that strikes this request, if one does; used up by that. */
  take(endpoint: EndpointName): Fault | undefined {
    for (const entry of this.#waiting) {
      if (entry.fault.endpoint !== '*' && entry.fault.endpoint !== endpoint) continue;
      if (entry.skip > 0) {
        entry.skip -= 1;
        continue;
      }
      entry.times -= 1;
      if (entry.times <= 0) this.#waiting = this.#waiting.filter((other) => other !== entry);
      return entry.fault;
    }
    return undefined;
  }
}

/** Thrown where a fault ended the connection, or answered in the handler's stead, so that nothing more is done. */
export class FaultStruck extends Error {
  constructor() {
    super('A fault ended this request.');
    this.name = 'FaultStruck';
  }
}

/** «midAnswer cut»: for the records. */
export function faultText(fault: Fault): string {
  return `${fault.moment} ${fault.kind}`;
}
