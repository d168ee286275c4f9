import { z } from 'zod';

/** What `npm audit signatures` found out. */
export interface SignatureVerdict {
  /** `unknown` where the registry, or the log of its keys, cannot be reached or offers no signatures. */
  readonly state: 'verified' | 'unknown' | 'wrong';
  /** For whoever runs the check. */
  readonly sentence: string;
}

const named = z.looseObject({ name: z.string(), version: z.string() });
const audit = z.looseObject({ invalid: z.array(named), missing: z.array(named) });
const failure = z.looseObject({ error: z.looseObject({ code: z.string().optional(), summary: z.string() }) });

/** No connection, or a registry that knows nothing of signatures (a mirror): says nothing about the packages. */
const unreachable =
  /^(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|ERR_SOCKET_TIMEOUT|FETCH_ERROR|E40[0345]|E5\d\d)$/;
const noSignatures = 'found no dependencies to audit that were installed from a supported registry';

/**
 * Reads what `npm audit signatures --json` printed. Whatever is not understood counts as wrong.
 * @param output what it printed on the standard output
 */
export function readSignatureAudit(output: string): SignatureVerdict {
  const content = parseJson(output);
  const answer = audit.safeParse(content);
  if (answer.success) {
    const { invalid, missing } = answer.data;
    const wrong = [...invalid, ...missing].map(({ name, version }) => `${name}@${version}`);
    return wrong.length === 0
      ? { state: 'verified', sentence: 'The signatures of all installed packages were verified.' }
      : { state: 'wrong', sentence: `The registry’s signature is missing or invalid: ${wrong.join(', ')}.` };
  }
  const failed = failure.safeParse(content);
  if (!failed.success) return { state: 'wrong', sentence: `“npm audit signatures” said: ${output.trim()}` };
  const { code, summary } = failed.data.error;
  return unreachable.test(code ?? '') || summary.includes(noSignatures)
    ? { state: 'unknown', sentence: `The signatures of the packages were NOT verified: ${summary}` }
    : { state: 'wrong', sentence: `“npm audit signatures” failed: ${summary}` };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
