import type { AnswerForm } from './sandbox-options.ts';
import type { SeededRandom } from './seeded-random.ts';
import type { ServiceError } from './service-error.ts';

/** One of the three forms an answer has in the end. */
export type AnswerShape = Exclude<AnswerForm, 'mixed'>;

/** The form for one answer: the configured one, or by dice for `label` (endpoint and session: always the same there). */
export function chooseShape(form: AnswerForm, random: SeededRandom, label: string): AnswerShape {
  return form === 'mixed' ? random.fork(label).pick(['wrapped', 'success', 'bare']) : form;
}

/** Puts an object's JSON text into its envelope. Text, because a draft's integers do not survive being numbers. */
export function envelope(shape: AnswerShape, dataText: string): string {
  switch (shape) {
    case 'wrapped':
      return `{"code":0,"message":"success","data":${dataText}}`;
    case 'success':
      return `{"success":true,"data":${dataText}}`;
    case 'bare':
      return dataText;
  }
}

/**
 * A refusal as status and JSON text. The code is always there, except under 401, where the status says it; the status
 * is sometimes 200.
 */
export function errorAnswer(shape: AnswerShape, error: ServiceError): { status: number; text: string } {
  // The plan, the scope, the rate and a bad request are HTTP statuses in the contract; the service's own codes may hide under 200.
  const mayHide = error.code >= 1000;
  switch (shape) {
    case 'wrapped':
      return {
        status: mayHide ? 200 : error.status,
        text: JSON.stringify({
          code: error.code,
          message: error.message,
          data: Object.keys(error.detail).length > 0 ? error.detail : null,
        }),
      };
    case 'success':
      return {
        status: error.status,
        text: JSON.stringify({ success: false, error: error.message, code: error.code, ...error.detail }),
      };
    case 'bare':
      return {
        status: error.status,
        text: JSON.stringify(
          error.status === 401
            ? { detail: error.message }
            : { code: error.code, message: error.message, ...error.detail },
        ),
      };
  }
}
