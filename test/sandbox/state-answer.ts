import type { Session } from './sessions.ts';
import { mediaAnswer } from './uploads.ts';

/** The state's `data`, as text: the draft stands in it exactly as the session wrote it. */
export function stateText(session: Session, namesUser = false): string {
  const text = (value: unknown) => JSON.stringify(value);
  const { draft } = session;
  const canvas = { width: draft.width, height: draft.height, fps: draft.fps, ratio: `${draft.width}:${draft.height}` };
  const generated = session.generated.map((item) => ({
    type: item.kind,
    prompt: item.prompt,
    url: item.url,
    ...mediaAnswer(item),
  }));
  return (
    `{"session_id":${text(session.id)},"task_id":${text(session.taskId)},"task_name":${text(session.taskName)},` +
    (namesUser ? `"user_id":${text(session.owner.id)},` : '') +
    `"state":{"draft":${session.draftText},"video_infos":${text(session.uploads.map(mediaAnswer))},` +
    `"canvas_config":${text(canvas)},"video_analyses":${text(session.analyses)},"generated_media":${text(generated)}}}`
  );
}

/** The `data` of a session in which nothing was done yet, in odd forms; `undefined` where something was. */
export function emptyStateText(session: Session): string | undefined {
  const isEmpty = session.draft.tracks.length === 0 && session.uploads.length + session.generated.length === 0;
  if (!isEmpty) return undefined;
  const ids = `"session_id":${JSON.stringify(session.id)},"task_id":${JSON.stringify(session.taskId)}`;
  return session.random
    .fork(`${session.id} empty state`)
    .pick([`{${ids},"state":null}`, `{${ids},"state":{}}`, `{${ids},"state":{"draft":null}}`, `{${ids}}`, '{}']);
}
