/** Every spec of this folder, gathered by esbuild.mjs. Loading it declares the tests to mocha. */
declare module 'host-specs' {}
