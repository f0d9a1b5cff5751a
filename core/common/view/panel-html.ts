/** Addresses as the editor gives them to a webview. */
export interface PanelPage {
  readonly scriptUri: string;
  readonly styleUri: string;
  /** Source, as a content security policy names it, that the icon font is loaded from: it lies beside the style sheet. */
  readonly fontSource: string;
  /** Source of the style sheet: `webview.cspSource`. */
  readonly cspSource: string;
  /** Fresh and unguessable for every page. */
  readonly nonce: string;
}

/**
 * The document of the event panel. Nothing is allowed that it does not need: no script but its own, no inline style, no
 * picture, no connection, no frame, no form.
 */
export function panelHtml({ scriptUri, styleUri, fontSource, cspSource, nonce }: PanelPage): string {
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${cspSource}`,
    `font-src ${fontSource}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="UTF-8">
    <meta http-equiv="Content-Security-Policy" content="${escapeAttribute(policy)}">
    <meta name="viewport" content="width=device-width, initial-scale=1.0">
    <title>Agent Trace: Event Stream</title>
    <link rel="stylesheet" href="${escapeAttribute(styleUri)}">
  </head>
  <body>
    <div id="panel"></div>
    <script nonce="${escapeAttribute(nonce)}" src="${escapeAttribute(scriptUri)}"></script>
  </body>
</html>
`;
}

function escapeAttribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
