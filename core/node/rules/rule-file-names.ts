/** Names under which a workspace's rules are found by themselves. */
export const RULE_FILE_NAMES = ['.watch-rules.json', '.watch-rules.yaml', '.watch-rules.yml'] as const;
