/** A refusal of the service: becomes an answer at the border. */
export class ServiceError extends Error {
  /** HTTP status in those answers that use one. */
  readonly status: number;
  /** The envelope's code. */
  readonly code: number;
  readonly detail: Readonly<Record<string, unknown>>;

  constructor(status: number, code: number, message: string, detail: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.name = 'ServiceError';
    this.status = status;
    this.code = code;
    this.detail = detail;
  }
}

export const invalidToken = (): ServiceError => new ServiceError(401, 1001, 'Invalid or expired token');
export const unknownSession = (): ServiceError => new ServiceError(404, 1002, 'Session not found');
export const noCredits = (): ServiceError => new ServiceError(200, 2001, 'Insufficient credits');
export const unsupportedFile = (name: string): ServiceError =>
  new ServiceError(415, 4001, `Unsupported file type: ${name}`);
export const fileTooLarge = (): ServiceError => new ServiceError(413, 4002, 'File exceeds the limit of 500 MB');
export const badRequest = (message: string): ServiceError => new ServiceError(400, 400, message);
