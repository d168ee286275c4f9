/** Marks what was dragged from the tree itself. */
export const ownDrag = 'application/vnd.nemo.project';
/** What the tree takes: files of the editor, and those of the operating system. */
export const treeDropTypes = ['text/uri-list', 'files'] as const;
