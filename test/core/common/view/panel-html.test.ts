import { describe, expect, it } from 'vitest';
import { panelHtml } from '../../../../core/common/view/panel-html.ts';

const PAGE = {
  scriptUri: 'https://host/panel.js?a=1&b="2"',
  styleUri: 'https://host/panel.css',
  fontSource: 'https://fonts.host',
  cspSource: "'self' https://host",
  nonce: 'abc123',
};

describe('the document of the event panel', () => {
  it('allows its own script, style sheet and font, and nothing else', () => {
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(panelHtml(PAGE))?.[1];
    expect(policy?.split('; ')).toEqual([
      "default-src 'none'",
      "script-src 'nonce-abc123'",
      "style-src 'self' https://host",
      'font-src https://fonts.host',
      "base-uri 'none'",
      "form-action 'none'",
    ]);
    expect(policy).not.toContain('unsafe');
  });

  it('has one script, with the nonce, and nothing inline', () => {
    const html = panelHtml(PAGE);
    expect(html.match(/<script[^>]*>/g)).toEqual([
      '<script nonce="abc123" src="https://host/panel.js?a=1&amp;b=&quot;2&quot;">',
    ]);
    expect(html).not.toMatch(/<style|style="|\son\w+=/);
  });
});
