/** Entry of the page: builds its parts and shows them. */
import { render } from 'preact';
import { App } from './app.tsx';
import { vsCodeApi } from './host/vscode-api.ts';
import { PanelState } from './state/panel-state.ts';

const root = document.getElementById('panel');
if (root) {
  const panel = new PanelState(vsCodeApi());
  render(<App panel={panel} />, root);
  panel.start();
}
