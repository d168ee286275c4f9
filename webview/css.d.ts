/** Style sheets are imported for their effect: the build gathers them into `dist/webview.css`. */
declare module '*.css';
