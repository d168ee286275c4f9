import * as vscode from 'vscode';

/** A file system that only the editor can reach. */
export class FarAway implements vscode.FileSystemProvider {
  readonly files = new Map<string, Uint8Array>();
  /** How large it says that files are; `undefined`: as they are. */
  said: number | undefined;
  /** Paths of the files that were read, in turn. */
  readonly reads: string[] = [];
  #mtime = 1;
  /** Called before a file is handed out. */
  onRead: () => Promise<void> = () => Promise.resolve();
  /** Called with what is to be written, and before it is there. */
  onWrite: (path: string, content: Uint8Array) => void = () => undefined;
  readonly #changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly onDidChangeFile = this.#changed.event;

  watch = () => new vscode.Disposable(() => undefined);
  stat({ path }: vscode.Uri): vscode.FileStat {
    if (path === '/folder.mp4') return { type: vscode.FileType.Directory, ctime: 0, mtime: 0, size: 0 };
    const file = this.files.get(path);
    if (!file) throw vscode.FileSystemError.FileNotFound(path);
    return { type: vscode.FileType.File, ctime: 0, mtime: this.#mtime, size: this.said ?? file.length };
  }
  async readFile({ path }: vscode.Uri): Promise<Uint8Array> {
    this.reads.push(path);
    await this.onRead();
    const file = this.files.get(path);
    if (!file) throw vscode.FileSystemError.FileNotFound(path);
    return file;
  }
  touch() {
    this.#mtime++;
  }
  readDirectory = () => [];
  createDirectory = () => undefined;
  writeFile({ path }: vscode.Uri, content: Uint8Array) {
    this.onWrite(path, content);
    this.files.set(path, content);
  }
  delete({ path }: vscode.Uri) {
    this.files.delete(path);
  }
  rename = () => undefined;
}
