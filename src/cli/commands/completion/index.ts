import { usageProblem } from '../../../problem.js';
import type { Command, CommandEntry } from '../../command.js';
import { nearest } from '../../nearest.js';
import { SUMMARIES } from '../summaries.js';
import { bashScript } from './bash.js';
import { fishScript } from './fish.js';
import { powershellScript } from './powershell.js';
import { type CompletionPlace, completionTree } from './tree.js';
import { zshScript } from './zsh.js';

const SHELLS: Record<string, (places: readonly CompletionPlace[]) => string> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
  powershell: powershellScript,
};

const NAMES = Object.keys(SHELLS);

export const completion = (commands: readonly CommandEntry[]): Command<{ shell: string }> => ({
  name: 'completion',
  summary: SUMMARIES.completion,
  description: 'Prints a script with which the shell completes commands, options and their values.',
  arguments: [{ syntax: '<shell>', description: NAMES.join(', '), choices: NAMES }],
  examples: [
    {
      does: 'for this session',
      command: 'completion bash > ~/.scimctl-completion && source ~/.scimctl-completion',
    },
    { does: 'for every session', command: 'completion fish > ~/.config/fish/completions/scimctl.fish' },
  ],
  async run({ shell }, { output }) {
    const script = SHELLS[shell];
    if (!script) {
      const near = nearest(shell, NAMES);
      throw usageProblem('shell-unknown', `Completion is not available for ${JSON.stringify(shell)}.`, {
        hint: near === undefined ? `Use one of ${NAMES.join(', ')}.` : `Did you mean ${near}?`,
      });
    }
    const text = script(await completionTree(commands));
    if (output.format === 'json') output.json({ shell, script: text });
    else output.text(text);
  },
});
