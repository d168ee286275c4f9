import * as z from 'zod';

/** What the editor's context menu for one block of an answer hands to its commands; the page wrote it. */
export const blockContext = z.object({
  webviewSection: z.literal('block'),
  /** The block as it was written, or the contents of a code block. */
  text: z.string(),
  /** The editor's id for the language that it is in, as far as the answer says. */
  language: z.string(),
});

export type BlockContext = z.infer<typeof blockContext>;
