import * as l10n from '@vscode/l10n';
import { html, nothing, type TemplateResult } from 'lit';
import type { MarkedToken, Token, Tokens } from 'marked';

import { iconButton } from '../icon.ts';
import { withUnbrokenNumbers } from '../unbroken-numbers.ts';
import type { ViewActions } from '../view-actions.ts';
import { blockText, namedLanguage } from './block-text.ts';
import { cutIntoPieces, withoutTowers } from './cut-text.ts';
import { decodeEntities } from './entities.ts';

type Drawn = TemplateResult | string | typeof nothing | Drawn[];

/** A long code block is drawn in pieces of so many lines: while it grows, only the last piece changes. */
const linesPerPiece = 40;
/** Text that is not parsed is drawn in pieces of so many characters at most. */
const mostPerPiece = 2_000;

/** What a block is drawn with, beside itself. */
export interface DrawnWith {
  /** Of a heading in the page: see {@link headingLevels}; 2 where absent. */
  readonly level?: number | undefined;
  /** The whole block, for its buttons, where only the begin of it is drawn. */
  readonly whole?: (() => Token) | undefined;
}

/**
 * Draws one block. Text stays text: HTML is shown as it was written, links lead to the web alone and through the editor,
 * pictures are not loaded. Each paragraph and each item of a list has a direction of its own: to find one for all of a list,
 * a browser walks through all of it again with each item.
 */
export function blockTemplate(
  token: Token,
  actions: ViewActions,
  { level = 2, whole = () => token }: DrawnWith = {},
): Drawn {
  const known = token as MarkedToken;
  switch (known.type) {
    case 'paragraph':
      return html`<p dir="auto">${inline(known.tokens, actions)}</p>`;
    case 'heading':
      return heading(known, level, actions);
    case 'code':
      return code(known, whole, actions);
    case 'blockquote':
      return html`<blockquote>${blocks(known.tokens, actions)}</blockquote>`;
    case 'list':
      return list(known, actions);
    case 'table':
      return table(known, whole, actions);
    case 'hr':
      return html`<hr />`;
    case 'html':
      return html`<p class="raw" dir="auto">${withoutTowers(known.text.trim())}</p>`;
    case 'text':
      return html`<p dir="auto">${known.tokens ? inline(known.tokens, actions) : plain(known.text)}</p>`;
    case 'space':
    case 'def':
      return nothing;
    default:
      return html`<p dir="auto">${inlineOne(token, actions)}</p>`;
  }
}

const blocks = (tokens: readonly Token[], actions: ViewActions): Drawn[] =>
  tokens.map((token) => blockTemplate(token, actions));

const inline = (tokens: readonly Token[], actions: ViewActions): Drawn[] =>
  tokens.map((token) => inlineOne(token, actions));

function inlineOne(token: Token, actions: ViewActions): Drawn {
  const known = token as MarkedToken;
  switch (known.type) {
    case 'text':
      return known.tokens ? inline(known.tokens, actions) : plain(known.text);
    case 'escape':
      return known.text;
    case 'strong':
      return html`<strong>${inline(known.tokens, actions)}</strong>`;
    case 'em':
      return html`<em>${inline(known.tokens, actions)}</em>`;
    case 'del':
      return html`<del>${inline(known.tokens, actions)}</del>`;
    case 'codespan':
      return html`<code dir="auto">${withoutTowers(known.text)}</code>`;
    case 'br':
      return html`<br />`;
    case 'link':
      return link(known.href, inline(known.tokens, actions), actions);
    case 'image': {
      const name = known.text === '' ? l10n.t('picture') : decodeEntities(known.text);
      return link(known.href, [`[${name}]`], actions);
    }
    case 'html':
      return withoutTowers(known.text);
    default:
      return withoutTowers(token.raw);
  }
}

/** Longer text has no need of lines that break well. */
const mostUnbroken = 2_000;

/** Text in which nothing is marked. */
function plain(text: string): Drawn {
  const shown = withoutTowers(decodeEntities(text));
  return shown.length > mostUnbroken ? shown : withUnbrokenNumbers(shown);
}

/** The address that a link leads to, undefined where it does not lead to the web. */
export function webAddress(href: string): string | undefined {
  const url = URL.parse(decodeEntities(href));
  return url?.protocol === 'https:' || url?.protocol === 'http:' ? url.href : undefined;
}

/**
 * A link has no `href`, so that the editor's own handling of clicks on links in pages leaves it alone: there is one way
 * out, and it shows where it leads.
 */
function link(href: string, content: readonly Drawn[], actions: ViewActions): Drawn {
  const url = webAddress(href);
  if (url === undefined) return [...content];
  const open = (event: Event) => {
    event.preventDefault();
    void actions.send({ type: 'openLink', url });
  };
  return html`<a
    role="link"
    tabindex="0"
    title=${url}
    @click=${open}
    @keydown=${(event: KeyboardEvent) => {
      if (event.key === 'Enter') open(event);
    }}
    >${content}</a
  >`;
}

/**
 * The level in the page of each block that is a heading. The page's name is level 1, and no level is left out however the
 * answer counts its own: people jump from heading to heading.
 */
export function headingLevels(tokens: readonly Token[]): readonly (number | undefined)[] {
  const open: number[] = [];
  return tokens.map((token) => {
    const known = token as MarkedToken;
    if (known.type !== 'heading') return undefined;
    while ((open.at(-1) ?? 0) >= known.depth) open.pop();
    open.push(known.depth);
    return Math.min(open.length + 1, 6);
  });
}

function heading({ depth, tokens }: Tokens.Heading, level: number, actions: ViewActions): Drawn {
  return html`<div role="heading" aria-level=${level} dir="auto" class="heading heading-${Math.min(depth, 4)}">
    ${inline(tokens, actions)}
  </div>`;
}

function list({ ordered, start, items }: Tokens.List, actions: ViewActions): Drawn {
  const rows = items.map((item) => {
    const content = item.tokens.map((token) => {
      const known = token as MarkedToken;
      if (known.type === 'checkbox') {
        const label = known.checked ? l10n.t('Done') : l10n.t('Not done');
        return html`<input type="checkbox" aria-label=${label} .checked=${known.checked} disabled />`;
      }
      // The text of a tight item stands in its line, without a paragraph.
      if (known.type === 'text') return inlineOne(known, actions);
      return blockTemplate(known, actions);
    });
    return html`<li dir="auto" class=${item.task ? 'task' : ''}>${content}</li>`;
  });
  return ordered
    ? html`<ol start=${start === '' ? 1 : start}>
        ${rows}
      </ol>`
    : html`<ul>
        ${rows}
      </ul>`;
}

function table({ header, rows, align }: Tokens.Table, whole: () => Token, actions: ViewActions): Drawn {
  // No row spans lines, and two are the head's.
  const count = whole().raw.trimEnd().split('\n').length - 2;
  const side = (column: number) => (align[column] ? `align-${align[column]}` : '');
  return html`<div class="framed-block table-block">
    <div class="block-bar">
      <span class="block-name">${count === 1 ? l10n.t('1 row') : l10n.t('{0} rows', count)}</span>
      ${blockTools(whole, tableTools(), actions)}
    </div>
    <div class="table-frame" role="group" tabindex="0" aria-label=${l10n.t('Table')}>
      <table>
        <thead>
          <tr>
            ${header.map((cell, at) => html`<th scope="col" dir="auto" class=${side(at)}>${inline(cell.tokens, actions)}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            (row) =>
              html`<tr>
                ${row.map((cell, at) => html`<td dir="auto" class=${side(at)}>${inline(cell.tokens, actions)}</td>`)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </div>`;
}

function code(token: Tokens.Code, whole: () => Token, actions: ViewActions): Drawn {
  return html`<div class="framed-block code-block">
    <div class="block-bar">
      <span class="block-name">${namedLanguage(token) ?? ''}</span>
      ${blockTools(whole, codeTools(), actions)}
    </div>
    <pre
      dir="ltr"
      tabindex="0"
      role="group"
      aria-label=${l10n.t('Code')}
    ><code>${pieces(withoutTowers(token.text))}</code></pre>
  </div>`;
}

/** What the buttons of one kind of block are called. */
interface ToolNames {
  readonly copy: string;
  readonly insert: string;
  readonly open: string;
}

const codeTools = (): ToolNames => ({
  copy: l10n.t('Copy code'),
  insert: l10n.t('Insert code at the cursor'),
  open: l10n.t('Open code as a document'),
});

const tableTools = (): ToolNames => ({
  copy: l10n.t('Copy table'),
  insert: l10n.t('Insert table at the cursor'),
  open: l10n.t('Open table as a document'),
});

/** The buttons that take a block away, as it is when they are pressed. */
function blockTools(whole: () => Token, names: ToolNames, actions: ViewActions): Drawn {
  const taken = () => blockText(whole());
  return [
    iconButton({
      icon: 'copy',
      label: names.copy,
      onClick: () => void actions.send({ type: 'copy', text: taken().text }),
    }),
    iconButton({
      icon: 'insert',
      label: names.insert,
      onClick: () => void actions.send({ type: 'insertAtCursor', text: taken().text }),
    }),
    iconButton({
      icon: 'go-to-file',
      label: names.open,
      onClick: () => void actions.send({ type: 'openAsDocument', ...taken() }),
    }),
  ];
}

/** What of an answer is not parsed, as it was written. What is out of sight of it costs nothing. */
export function restTemplate(rest: string): Drawn {
  return html`<div class="rest">
    ${cutIntoPieces(rest, mostPerPiece).map((piece) => html`<p class="raw" dir="auto">${withoutTowers(piece)}</p>`)}
  </div>`;
}

/** Cuts a text after every so many lines. */
function pieces(text: string): Drawn[] {
  const cut: Drawn[] = [];
  let from = 0;
  let lines = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
    lines += 1;
    if (lines % linesPerPiece === 0) {
      cut.push(html`<span>${text.slice(from, at + 1)}</span>`);
      from = at + 1;
    }
  }
  cut.push(html`<span>${text.slice(from)}</span>`);
  return cut;
}
