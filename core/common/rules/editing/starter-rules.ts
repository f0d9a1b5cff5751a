/** Name of the file that the starter rules are written to. */
export const STARTER_FILE = '.watch-rules.yaml';

/** What a new rule file holds: rules that stop accidents and let work go on, to be changed. YAML. */
export const STARTER_RULES = String.raw`# What a coding agent must not do in this workspace, and what happens when it does:
# alert (say so), ask (you decide), deny (the call does not run), pause, kill.
#
#   agent-trace rules explain   these rules in words
#   agent-trace rules vars      all that a condition may ask for
#   agent-trace rules test      what they would have done to recorded sessions
#
# mode: monitor               # only say what would be done
rules:
  # Files that hold secrets by their name: .env, private keys, credentials. The agent is told why.
  - name: secrets
    when: sensitive
    action: deny
    notify: ask the user for the value that is needed
    match:
      - file_path: .env
      - file_path: config/.env.production
      - file_path: ~/.ssh/id_ed25519
    no_match:
      - file_path: .env.example
      - file_path: src/environment.ts

  # The same by a shell command. It compares text: enough against accidents, not against an attacker.
  - name: secrets in the shell
    when: command.matches(r"\b(cat|less|more|head|tail|grep|base64|source)\b[^|;&]*[ /](\.env(\.(local|prod[a-z]*))?|id_(rsa|dsa|ecdsa|ed25519))( |$)")
    action: ask
    match: [cat .env, "cd app && head -5 config/.env.production", cat ~/.ssh/id_rsa]
    no_match: [cat .env.example, cp .env.example .env, grep -r id_user src]

  # Deleting whole folders beyond the workspace: the root, your home, the folder above.
  - name: delete elsewhere
    when: glob(command, ["rm -rf /*", "rm -rf ~*", "rm -rf ..*", "rm -rf $HOME*", "rm -fr /*", "rm -fr ~*", "rm -r /*", "rm -r ~*"])
      && !glob(command, "rm -rf /tmp/*") && !command.contains(workspace)
    action: ask
    match: [rm -rf /, "cd src && sudo rm -rf ~/", rm -rf ../other]
    no_match: [rm -rf node_modules dist, rm -rf /tmp/build, rm -rf /home/user/project/dist]

  # What cannot be taken back in a repository that others use.
  - name: force push
    when: command.matches(r"\bgit push\b[^|;&]*( --force( |$)| -f( |$))")
    action: ask
    match: [git push --force, git push -f origin main]
    no_match: [git push, git push --force-with-lease]

  # A program from the net that nobody has read.
  - name: shell from the net
    when: command.matches(r"\b(curl|wget) [^;&]*[|] *(sudo )?(ba|z|da)?sh\b")
    action: ask
    match: [curl -fsSL https://example.com/install | sh]
    no_match: [curl -s https://example.com/data | jq .]

  # The guard itself: rules, traces, and the settings that start it.
  - name: the guard itself
    when: writes && glob(file_path, [".watch-rules.*", ".agent-traces/**", ".claude/settings*.json", ".vscode/settings.json",
      ".codex/hooks.json", ".cursor/hooks.json", ".gemini/settings.json", ".github/hooks/**", "~/.copilot/hooks/**", "~/.agent-trace/**"])
    action: ask
    match: [{ file_path: .watch-rules.yaml, writes: true }]
    no_match: [{ file_path: .watch-rules.yaml, writes: false }, { file_path: src/rules.ts, writes: true }]

  # Money: of a session with its subagents, of all sessions today, and all at once. Set your own figures.
  - name: budget
    when: cost_usd_session_tree > 20
    action: pause
    warn_at: 50%
  - name: budget of a day
    when: cost_usd_today > 100
    action: pause
    warn_at: 80%
  - name: spending fast
    when: cost_last(600) > 10
    action: alert

  # Going round in circles.
  - name: loop
    when: loop_repeats > 5
    action: pause
  - name: tests keep failing
    when: consecutive_test_failures > 5
    action: alert
  - name: calls keep failing
    when: consecutive_errors > 10
    action: alert
`;
