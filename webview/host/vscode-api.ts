/** What an editor gives to its webview, once: see "Webviews" in the VS Code API. */
export interface VsCodeApi {
  postMessage(message: unknown): void;
  /** What {@link VsCodeApi.setState} was given last, also by an earlier page of the same view. */
  getState(): unknown;
  setState(state: unknown): void;
}

/** The editor's, or one that hears nobody and remembers as long as the page lives. */
export function vsCodeApi(): VsCodeApi {
  const { acquireVsCodeApi } = globalThis as { acquireVsCodeApi?: () => VsCodeApi };
  if (typeof acquireVsCodeApi === 'function') return acquireVsCodeApi();
  let state: unknown;
  return {
    postMessage() {},
    getState: () => state,
    setState(next) {
      state = next;
    },
  };
}
