/** A kind of token known by its beginning. */
export interface TokenRule {
  readonly name: string;
  /**
   * How its tokens begin: three characters or more, ASCII. All rules' together make one search, in which a prefix stands
   * before any shorter one that it begins with.
   */
  readonly prefixes: readonly string[];
  /** Sticky, tried where a prefix stands. What group 1 matches, if anything, is kept in front of the marker. */
  readonly regex: RegExp;
}

/** Tokens that tell themselves apart by how they begin; forms as their issuers document them. */
export const TOKEN_RULES: readonly TokenRule[] = [
  {
    name: 'private-key',
    prefixes: ['-----BEGIN '],
    // A whole block, or the start of one cut short (then only the base64 that follows).
    regex:
      /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?:(?:[^-]|-(?!----BEGIN)){0,20000}?-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|(?:\s|\\+[nr]){0,8}[A-Za-z0-9+/=]{24,}(?:[A-Za-z0-9+/=\s]|\\+[nr])*)/y,
  },
  {
    name: 'jwt',
    prefixes: ['eyJ'],
    // The look-behind keeps one long run from being tried at each "eyJ" inside it.
    regex: /(?<![_-])eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}(?:\.[A-Za-z0-9_-]*){0,3}/y,
  },
  {
    name: 'aws-access-key-id',
    prefixes: ['AKIA', 'ASIA', 'ABIA', 'ACCA', 'A3T'],
    regex: /(?:AKIA|ASIA|ABIA|ACCA|A3T[A-Z0-9])[A-Z0-9]{16}(?![A-Za-z0-9])/y,
  },
  {
    name: 'github-token',
    prefixes: ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_', 'github_pat_'],
    regex: /(?:gh[pousr]_[A-Za-z0-9_]{30,}(?:\.[A-Za-z0-9_-]{10,}){0,2}|github_pat_[A-Za-z0-9_]{22,})/y,
  },
  {
    name: 'gitlab-token',
    prefixes: [
      'glpat-',
      'glptt-',
      'gldt-',
      'glrt-',
      'glrtr-',
      'glcbt-',
      'glft-',
      'glimt-',
      'glagent-',
      'gloas-',
      'glsoat-',
      'glffct-',
      'GR1348941',
    ],
    regex: /(?:gl[a-z]{2,5}-|GR1348941)[A-Za-z0-9_-]{20,}(?:\.[A-Za-z0-9_-]{2,}){0,2}/y,
  },
  {
    name: 'slack-token',
    prefixes: ['xoxa-', 'xoxb-', 'xoxc-', 'xoxd-', 'xoxe-', 'xoxe.', 'xoxo-', 'xoxp-', 'xoxr-', 'xoxs-', 'xapp-'],
    regex: /(?:xox[a-z](?:\.xox[a-z])?-|xapp-)[A-Za-z0-9%/+=-]{10,}/y,
  },
  {
    name: 'webhook-url',
    prefixes: ['hooks.slack.com/', 'discord.com/api/webhooks/', 'discordapp.com/api/webhooks/'],
    regex:
      /(hooks\.slack\.com\/(?:services|workflows|triggers)\/|discord(?:app)?\.com\/api\/webhooks\/)[A-Za-z0-9_/+-]{16,}/y,
  },
  {
    name: 'stripe-key',
    prefixes: ['sk_live_', 'sk_test_', 'sk_prod_', 'rk_live_', 'rk_test_', 'rk_prod_', 'whsec_'],
    regex: /(?:[rs]k_(?:live|test|prod)_[A-Za-z0-9]{10,}|whsec_[A-Za-z0-9+/]{24,}={0,2})/y,
  },
  {
    name: 'anthropic-key',
    prefixes: ['sk-ant-'],
    regex: /sk-ant-[A-Za-z0-9_-]{16,}/y,
  },
  {
    name: 'openai-key', // and the many services that took over "sk-"
    prefixes: ['sk-'],
    regex:
      /sk-(?:(?:proj|svcacct|admin|None|service)-[A-Za-z0-9_-]{20,}|(?:[a-z]{2,10}-)?(?:v\d-)?[A-Za-z0-9]{20,}|lf-[0-9a-f-]{36})/y,
  },
  {
    name: 'google-key',
    prefixes: ['AIza', 'GOCSPX-', 'ya29.', '1//0'],
    regex: /(?:AIza[A-Za-z0-9_-]{35}|GOCSPX-[A-Za-z0-9_-]{20,}|ya29\.[A-Za-z0-9_-]{20,}|1\/\/0[A-Za-z0-9_-]{30,})/y,
  },
  {
    name: 'package-registry-token', // npm, PyPI, RubyGems, crates.io (by name only), Docker Hub, Clojars
    prefixes: ['npm_', 'pypi-AgE', 'rubygems_', 'dckr_pat_', 'dckr_oat_', 'CLOJARS_'],
    regex:
      /(?:npm_[A-Za-z0-9]{36,}|pypi-AgE[A-Za-z0-9_-]{40,}|rubygems_[a-f0-9]{40,}|dckr_[po]at_[A-Za-z0-9_-]{20,}|CLOJARS_[a-z0-9]{60})/y,
  },
  {
    name: 'ai-service-key', // Hugging Face, Groq, xAI, Replicate, Perplexity, LangSmith, Tavily
    prefixes: ['hf_', 'api_org_', 'gsk_', 'xai-', 'r8_', 'pplx-', 'lsv2_', 'tvly-'],
    regex:
      /(?:hf_[A-Za-z0-9]{30,}|api_org_[A-Za-z0-9]{30,}|gsk_[A-Za-z0-9]{40,}|xai-[A-Za-z0-9]{40,}|r8_[A-Za-z0-9]{30,}|pplx-[A-Za-z0-9]{40,}|lsv2_[ps][tk]_[a-f0-9]{32}(?:_[a-f0-9]{6,})?|tvly-[A-Za-z0-9-]{20,})/y,
  },
  {
    name: 'sendgrid-key',
    prefixes: ['SG.'],
    regex: /SG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{16,}/y,
  },
  {
    name: 'twilio-key',
    // Two letters alone stand in many words.
    prefixes: Array.from('0123456789abcdef', (digit) => `SK${digit}`),
    regex: /SK[0-9a-f]{32}(?![A-Za-z0-9])/y,
  },
  {
    name: 'mail-service-key', // Mailgun, Brevo, Resend
    prefixes: ['key-', 'xkeysib-', 're_'],
    regex:
      /(?:key-[0-9a-f]{32}(?![A-Za-z0-9])|xkeysib-[0-9a-f]{40,}(?:-[A-Za-z0-9]{10,})?|re_[A-Za-z0-9]{8}_[A-Za-z0-9]{20,})/y,
  },
  {
    name: 'telegram-token',
    prefixes: [':AA'],
    regex: /(?<=\d{8,10}):AA[A-Za-z0-9_-]{33}(?![A-Za-z0-9_-])/y,
  },
  {
    name: 'cloud-token', // DigitalOcean, Databricks, Vault, Terraform, Pulumi, Doppler, Fly, Supabase, PlanetScale, Tailscale
    prefixes: [
      'doo_v1_',
      'dop_v1_',
      'dor_v1_',
      'dapi',
      'hvs.',
      'hvb.',
      'hvr.',
      '.atlasv1.',
      'pul-',
      'dp.pt.',
      'dp.st.',
      'dp.ct.',
      'dp.sa.',
      'dp.scim.',
      'dp.audit.',
      'fo1_',
      'FlyV1 fm',
      'sbp_',
      'sb_secret_',
      'pscale_',
      'tskey-',
    ],
    regex:
      /(?:do[opr]_v1_[a-f0-9]{40,}|dapi[a-f0-9]{32}|hv[sbr]\.[A-Za-z0-9_-]{24,}|\.atlasv1\.[A-Za-z0-9_-]{50,}|pul-[a-f0-9]{40}|dp\.[a-z]{2,5}\.[A-Za-z0-9._-]{30,}|fo1_[A-Za-z0-9_-]{40,}|FlyV1 fm[A-Za-z0-9_+/=,-]{60,}|sbp_[a-f0-9]{40}|sb_secret_[A-Za-z0-9_-]{20,}|pscale_[a-z]{2,6}_[A-Za-z0-9_.=-]{30,}|tskey-[a-z]{2,10}-[A-Za-z0-9-]{20,})/y,
  },
  {
    name: 'saas-token', // Atlassian, Linear, Notion, Figma, Postman, New Relic, Grafana, Sentry, Shopify, Airtable, Buildkite
    prefixes: [
      'ATATT3',
      'ATCTT3',
      'lin_api_',
      'lin_oauth_',
      'ntn_',
      'figd_',
      'PMAK-',
      'NRAK-',
      'glsa_',
      'glc_',
      'sntrys_',
      'sntryu_',
      'shpat_',
      'shpca_',
      'shppa_',
      'shpss_',
      'bkua_',
    ],
    regex:
      /(?:AT[AC]TT3[A-Za-z0-9_=-]{50,}|lin_(?:api|oauth)_[A-Za-z0-9]{30,}|ntn_[A-Za-z0-9]{40,}|figd_[A-Za-z0-9_-]{36,}|PMAK-[a-f0-9]{24}-[a-f0-9]{34}|NRAK-[A-Z0-9]{27}|gls?[ac]_[A-Za-z0-9_+/=]{30,}|sntry[su]_[A-Za-z0-9_+/=-]{40,}|shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}|bkua_[a-z0-9]{40})/y,
  },
  {
    name: 'age-key',
    prefixes: ['AGE-SECRET-KEY-1'],
    regex: /AGE-SECRET-KEY-1[A-Z0-9]{58}/y,
  },
  {
    name: 'onepassword-token',
    prefixes: ['ops_eyJ'],
    regex: /ops_eyJ[A-Za-z0-9+/_=-]{100,}/y,
  },
  {
    name: 'azure-client-secret',
    prefixes: ['7Q~', '8Q~', '9Q~', '6Q~', '5Q~'],
    // The three characters before are left: the marker covers the other 36.
    regex: /(?<=[A-Za-z0-9_~.]{3})\dQ~[A-Za-z0-9_~.-]{31,34}/y,
  },
  {
    name: 'url-signature', // Azure SAS, presigned S3 and GCS addresses
    prefixes: ['sig=', 'X-Amz-Signature=', 'X-Goog-Signature='],
    regex: /((?<=[?&;]|&amp;|%26|\\u0026)(?:sig|X-(?:Amz|Goog)-Signature)=)[A-Za-z0-9%+/=_-]{20,}/y,
  },
];

/** UTF-16 units. */
export const SHORTEST_TOKEN = 15;

/** The prefixes of all rules, in order. */
export const TOKEN_PREFIXES: readonly string[] = TOKEN_RULES.flatMap((rule) => rule.prefixes);
