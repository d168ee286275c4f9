import { randomBytes } from 'node:crypto';
import type { Session } from './sessions.ts';

interface Claim {
  readonly session: Session;
  readonly expiresAtMs: number;
}

/** Claim tokens (`clm_…`) and the pages of the web app behind them. */
export class ClaimPages {
  readonly #claims = new Map<string, Claim>();
  readonly lifeSeconds = 600;

  issue(session: Session): string {
    const token = `clm_${randomBytes(18).toString('base64url')}`;
    this.#claims.set(token, { session, expiresAtMs: Date.now() + this.lifeSeconds * 1000 });
    return token;
  }

  /** The page behind a claim link: status and HTML. */
  claimPage(token: string): { status: number; html: string } {
    const claim = this.#claims.get(token);
    if (claim === undefined) return { status: 404, html: page('Unknown link', '<p>This link leads nowhere.</p>') };
    if (claim.expiresAtMs <= Date.now()) return { status: 410, html: page('Expired', '<p>This link has expired.</p>') };
    const rows = claim.session.draft.tracks
      .map((track) => `<li>${track.role}: ${track.segments.map((clip) => escapeHtml(clip.title)).join(', ')}</li>`)
      .join('');
    return {
      status: 200,
      html: page('Workspace', `<h1>${escapeHtml(claim.session.taskName)}</h1><ol>${rows}</ol>`),
    };
  }

  /** The page on which an anonymous user registers. */
  registerPage(userId: string): { status: number; html: string } {
    return { status: 200, html: page('Register', `<h1>Register</h1><p>${escapeHtml(userId)}</p>`) };
  }
}

function page(title: string, body: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Nemo: ${title}</title><body>${body}</body></html>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
