/** The bundles are CommonJS: what Node gives each of their files. */
declare const __dirname: string;
declare const require: (path: string) => unknown;
