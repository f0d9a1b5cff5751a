/** The one piece of the Encoding standard used here; every host of ours has it (Node, browsers, the editor's web view). */
declare class TextDecoder {
  constructor(label: 'utf-8', options?: { fatal?: boolean });
  decode(bytes: Uint8Array): string;
}
