import type { TimelineChange, TrackKind } from '../../src/timeline/timeline-model.ts';

/** What the drawing is painted with; every value is a CSS colour of the active theme. */
export interface TimelineColors {
  readonly highContrast: boolean;
  readonly background: string;
  readonly foreground: string;
  readonly muted: string;
  readonly line: string;
  readonly focus: string;
  readonly playhead: string;
  readonly clip: Readonly<Record<TrackKind, string>>;
  readonly change: Readonly<Record<TimelineChange['kind'], string>>;
  /** For `ctx.font`. */
  readonly fontFamily: string;
}

const forcedColors = '(forced-colors: active)';

/** Reads the theme's colours as they are now; `element` is where the drawing stands. */
export function readThemeColors(element: Element): TimelineColors {
  const style = getComputedStyle(element);
  const { classList } = element.ownerDocument.body;
  const highContrast = classList.contains('vscode-high-contrast') || classList.contains('vscode-high-contrast-light');
  const color = (...names: string[]): string => {
    for (const name of names) {
      const value = style.getPropertyValue(`--vscode-${name}`).trim();
      if (value !== '') return value;
    }
    return style.color;
  };
  // What is painted is left alone by the browser: it takes the system's colours by itself.
  if (matchMedia(forcedColors).matches) return { ...systemColors(element), fontFamily: style.fontFamily };
  return {
    highContrast,
    background: color('editor-background'),
    foreground: color('foreground'),
    muted: color('descriptionForeground', 'foreground'),
    line: highContrast ? color('contrastBorder') : color('panel-border', 'widget-border', 'foreground'),
    focus: color('focusBorder', 'contrastActiveBorder'),
    playhead: color('charts-red', 'errorForeground'),
    clip: {
      video: color('charts-blue'),
      audio: color('charts-green'),
      text: color('charts-purple'),
      other: color('charts-yellow'),
    },
    change: {
      added: color('gitDecoration-addedResourceForeground', 'charts-green'),
      removed: color('gitDecoration-deletedResourceForeground', 'charts-red'),
      changed: color('gitDecoration-modifiedResourceForeground', 'charts-yellow'),
      moved: color('gitDecoration-renamedResourceForeground', 'charts-blue'),
    },
    fontFamily: style.fontFamily,
  };
}

/** The few colours that people chose for everything; kinds and changes are told apart by what else is drawn. */
function systemColors(element: Element): Omit<TimelineColors, 'fontFamily'> {
  // As plain colours: by name they are others in a canvas that stands nowhere. Each of an element of its own, for one
  // whose colour changes may take its time.
  const [background = '', text = '', focus = ''] = ['Canvas', 'CanvasText', 'Highlight'].map((name) => {
    const probe = element.ownerDocument.createElement('span');
    probe.style.color = name;
    element.append(probe);
    const { color } = getComputedStyle(probe);
    probe.remove();
    return color;
  });
  return {
    highContrast: true,
    background,
    foreground: text,
    muted: text,
    line: text,
    focus,
    playhead: focus,
    clip: { video: text, audio: text, text, other: text },
    change: { added: text, removed: text, changed: text, moved: text },
  };
}

/**
 * Calls back when the theme changes: the editor exchanges the variables on the root element and the body's classes; or
 * when the system's colours come or go.
 * @returns ends the watching.
 */
export function watchTheme(onChange: () => void): () => void {
  const observer = new MutationObserver(onChange);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });
  observer.observe(document.body, { attributes: true, attributeFilter: ['class', 'data-vscode-theme-id'] });
  const forced = matchMedia(forcedColors);
  forced.addEventListener('change', onChange);
  return () => {
    observer.disconnect();
    forced.removeEventListener('change', onChange);
  };
}
