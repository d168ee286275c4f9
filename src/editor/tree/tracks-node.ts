import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';

import type { MediaPlace } from '../../protocol/messages.ts';
import { summarizeTimeline } from '../../timeline/summary.ts';
import { timeText } from '../../timeline/time-text.ts';
import type { Clip, Timeline, Track, TrackKind } from '../../timeline/timeline-model.ts';
import { plainLines, plainText } from '../../client/plain-text.ts';
import { nameList } from '../name-list.ts';
import { plainTreeItem } from '../surfaces/plain-window.ts';
import { longestLabel } from './longest-label.ts';
import type { ProjectNode } from './project-node.ts';

const trackIcons: Record<TrackKind, string> = {
  video: 'device-camera-video',
  audio: 'music',
  text: 'text-size',
  other: 'layers',
};

const clipIcons: Record<TrackKind, string> = {
  video: 'file-media',
  audio: 'unmute',
  text: 'quote',
  other: 'symbol-misc',
};

/** «Tracks»: the timeline as a tree. */
export class TracksNode implements ProjectNode {
  readonly parent = undefined;
  #timeline: Timeline = { tracks: [], durationMs: 0 };
  #tracks: TrackNode[] = [];

  item(): vscode.TreeItem {
    const isEmpty = this.#tracks.length === 0;
    const state = isEmpty ? vscode.TreeItemCollapsibleState.None : vscode.TreeItemCollapsibleState.Expanded;
    const item = plainTreeItem(plainText(l10n.t('Tracks')), state);
    // The editor remembers by id what was folded; an empty row has nothing to unfold.
    item.id = isEmpty ? 'no tracks' : 'tracks';
    item.iconPath = new vscode.ThemeIcon('layers');
    item.contextValue = 'tracks';
    item.description = plainText(isEmpty ? l10n.t('empty') : timeText(this.#timeline.durationMs));
    item.tooltip = plainText(summarizeTimeline(this.#timeline));
    return item;
  }

  children(): readonly TrackNode[] {
    return this.#tracks;
  }

  /** Shows another timeline; returns the nodes whose rows changed. */
  update(timeline: Timeline): ProjectNode[] {
    const before = this.#timeline;
    this.#timeline = timeline;
    const isSameList =
      before.durationMs === timeline.durationMs &&
      before.tracks.length === timeline.tracks.length &&
      before.tracks.every((track, at) => track.kind === timeline.tracks[at]?.kind);
    if (!isSameList) {
      this.#tracks = timeline.tracks.map((track) => new TrackNode(this, track));
      return [this];
    }
    return this.#tracks.filter((node, at) => {
      const track = timeline.tracks[at];
      return track && node.update(track);
    });
  }
}

/** One track. */
export class TrackNode implements ProjectNode {
  readonly parent: TracksNode;
  #track: Track;
  #clips: ClipNode[];

  constructor(parent: TracksNode, track: Track) {
    this.parent = parent;
    this.#track = track;
    this.#clips = this.#nodes();
  }

  item(): vscode.TreeItem {
    const { index, kind, title, clips } = this.#track;
    const item = plainTreeItem(plainText(`${index}. ${title}`, longestLabel), vscode.TreeItemCollapsibleState.Expanded);
    item.id = `track ${index} ${kind}`;
    item.iconPath = new vscode.ThemeIcon(trackIcons[kind]);
    item.contextValue = 'track';
    const count = plainText(clips.length === 1 ? l10n.t('1 clip') : l10n.t('{0} clips', clips.length));
    item.description = count;
    item.tooltip = plainText(`${title} · ${count}`);
    return item;
  }

  children(): readonly ClipNode[] {
    return this.#clips;
  }

  /** Shows the track as it is now; false where nothing of it changed. */
  update(track: Track): boolean {
    if (JSON.stringify(track) === JSON.stringify(this.#track)) return false;
    this.#track = track;
    this.#clips = this.#nodes();
    return true;
  }

  #nodes(): ClipNode[] {
    return this.#track.clips.map((clip) => new ClipNode(this, this.#track, clip));
  }
}

/** One clip. */
export class ClipNode implements ProjectNode {
  readonly parent: TrackNode;
  readonly #track: Track;
  readonly #clip: Clip;

  constructor(parent: TrackNode, track: Track, clip: Clip) {
    this.parent = parent;
    this.#track = track;
    this.#clip = clip;
  }

  item(): vscode.TreeItem {
    const { id, startMs, durationMs } = this.#clip;
    const label = plainText(this.#label(), longestLabel);
    const item = plainTreeItem(label);
    item.id = `clip ${this.#track.index} ${id}`;
    item.iconPath = new vscode.ThemeIcon(clipIcons[this.#track.kind]);
    item.contextValue = this.place ? 'clip askable previewable' : 'clip askable';
    if (this.place) {
      item.command = { command: 'nemo.preview', title: plainText(l10n.t('Preview')), arguments: [this.place] };
    }
    const span = plainText(`${timeText(startMs)} – ${timeText(startMs + durationMs)}`);
    item.description = span;
    item.tooltip = plainLines(this.#tooltip());
    item.accessibilityInformation = { label: plainText(`${label}, ${span}`) };
    return item;
  }

  children(): readonly ProjectNode[] {
    return [];
  }

  /** What a preview of it shows; none of what is no picture or sound. */
  get place(): MediaPlace | undefined {
    const isMedia = this.#track.kind === 'video' || this.#track.kind === 'audio' || this.#clip.source !== undefined;
    return isMedia && this.#track.kind !== 'text' ? { kind: 'clip', clipId: this.#clip.id } : undefined;
  }

  /** What points Nemo to exactly this clip, for the composer. */
  reference(): string {
    const { startMs, durationMs } = this.#clip;
    return l10n.t(
      'In “{0}” on track {1} ({2} – {3}): ',
      this.#label(),
      this.#track.index,
      timeText(startMs),
      timeText(startMs + durationMs),
    );
  }

  #label(): string {
    return this.#clip.text ?? this.#clip.title;
  }

  #tooltip(): string[] {
    const { startMs, durationMs, volume, speed, width, height, effects } = this.#clip;
    const lines = [this.#label(), l10n.t('Starts at {0}, lasts {1}', timeText(startMs), timeText(durationMs))];
    if (width !== undefined && height !== undefined) lines.push(`${width} × ${height}`);
    if (volume !== undefined && volume !== 100) lines.push(l10n.t('Volume {0} %', Math.round(volume)));
    if (speed !== undefined && speed !== 1) lines.push(l10n.t('Speed ×{0}', speed));
    if (effects && effects.length > 0) lines.push(nameList(effects));
    return lines;
  }
}
