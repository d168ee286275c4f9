import { NemoError } from '../client/errors.ts';
import type { NemoClient } from '../client/nemo-client.ts';
import type { ClaimAnswer, StateAnswer } from '../client/service-values.ts';
import { asDiskError } from './as-nemo-error.ts';
import type { Connection } from './connection.ts';
import { noTask, onAnotherService } from './session-errors.ts';
import type { SessionFile } from './session-file.ts';
import type { Settings } from './settings.ts';
import { waitWithSignal } from './with-signal.ts';

export interface ServiceSessionOptions {
  readonly file: SessionFile;
  readonly connection: Connection;
  readonly settings: Settings;
  /** The service forgot the session; a new one is about to be created. */
  readonly onGone: () => void;
}

/** The session as the service knows it: created there at first use, and anew where the service forgot it. */
export class ServiceSession {
  readonly #options: ServiceSessionOptions;
  #creating: Promise<string> | undefined;

  constructor(options: ServiceSessionOptions) {
    this.#options = options;
  }

  /**
   * The service's id of this session; created there at first use.
   * @throws NemoError `refused` where another service has it; what stood in the way.
   */
  async ensure(signal?: AbortSignal): Promise<string> {
    this.refuseElsewhere();
    const { sessionId } = this.#options.file.record;
    if (sessionId !== undefined) return sessionId;
    this.#creating ??= this.#create().finally(() => (this.#creating = undefined));
    return waitWithSignal(this.#creating, signal);
  }

  /** @throws NemoError `refused` where the setting leads to another service than the one that has the session. */
  refuseElsewhere(): void {
    const { sessionId, origin } = this.#options.file.record;
    if (sessionId !== undefined && origin !== '' && origin !== this.#options.connection.origin) {
      throw onAnotherService(origin);
    }
  }

  /** Does what may be done twice in the session; where the session is gone, once more in a new one. */
  async use<T>(work: (client: NemoClient, sessionId: string) => Promise<T>, signal?: AbortSignal): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      const sessionId = await this.ensure(signal);
      try {
        return await work(await this.#options.connection.client(), sessionId);
      } catch (error) {
        if (attempt === 2 || !(error instanceof NemoError) || error.code !== 'sessionGone') throw error;
        await this.replace(sessionId, signal);
      }
    }
  }

  /**
   * The service forgot the session: the chat stays, the timeline starts anew.
   * @param gone the service's id of it; where another has taken its place since, that one stays.
   * @throws NemoError `refused` where the session is not this window's any more; what stood in the way.
   */
  async replace(gone: string, signal?: AbortSignal): Promise<void> {
    const { file, onGone } = this.#options;
    await file.lookAndRefuseIfLost();
    if (file.record.sessionId !== gone) return;
    file.change({ sessionId: undefined, taskId: undefined, media: [], version: file.record.version });
    onGone();
    await this.ensure(signal);
  }

  /** A link's secret that opens the session in the web app, once. */
  async claim(signal?: AbortSignal): Promise<ClaimAnswer> {
    return this.use(async (client, sessionId) => {
      const { file } = this.#options;
      // Where the service did not say it when the session began, its state may.
      if (file.record.taskId === undefined) this.learn(await client.state(sessionId, signal));
      const { taskId } = file.record;
      if (taskId === undefined) throw noTask();
      return client.claimToken(taskId, sessionId, signal);
    }, signal);
  }

  /** Keeps what an answer says of the session beyond its id: not every one does. */
  learn({ taskId = this.#options.file.record.taskId }: Pick<StateAnswer, 'taskId'>): void {
    const { file, connection } = this.#options;
    const { record } = file;
    const { userId = record.userId, userOf = record.userOf } = connection.user;
    const isNews = taskId !== record.taskId || userId !== record.userId || userOf !== record.userOf;
    if (isNews) file.change({ taskId, userId, userOf });
  }

  async #create(): Promise<string> {
    const { file, connection, settings } = this.#options;
    // Nobody would ever come back to a service's session that belongs to none of this window's.
    await file.lookAndRefuseIfLost();
    await connection.connect();
    const client = await connection.client();
    const { sessionId, taskId } = await client.createSession(settings.language);
    const { userId, userOf } = connection.user;
    file.change({
      sessionId,
      taskId,
      userId,
      userOf,
      origin: connection.origin ?? file.record.origin,
    });
    await file.save(true).catch((error: unknown) => {
      throw asDiskError(error);
    });
    return sessionId;
  }
}
