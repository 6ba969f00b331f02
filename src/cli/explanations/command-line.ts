import type { Explanations } from './explanation.js';

/** What was typed, asked and printed. */
export const COMMAND_LINE: Explanations = {
  'unknown-command': {
    kind: 'usage',
    meaning: 'There is no command with this name. Nothing was run.',
    next: 'Use the name that the error suggests, or list all commands with `scimctl help`.',
  },
  'command-missing': {
    kind: 'usage',
    meaning: 'The command line names a group of commands, such as token, but none of its commands.',
    next: 'Add a command of the group. `scimctl help token` lists those of token.',
  },
  'unknown-option': {
    kind: 'usage',
    meaning: 'The command has no option with this name. Nothing was run.',
    causes: [
      'The name is mistyped.',
      'The option belongs to another command.',
      'A value begins with a hyphen: put an equals sign between the option and the value.',
    ],
    next: 'Use the name that the error suggests, or add --help to see the options of the command.',
  },
  'argument-missing': {
    kind: 'usage',
    meaning: 'The command requires an argument that was not given, or that is empty. Nothing was run.',
    causes: ['A variable of the shell that should hold the argument is empty.'],
    next: 'Add the argument that the error names. --help shows the order of the arguments.',
  },
  'too-many-arguments': {
    kind: 'usage',
    meaning: 'The command line has more arguments than the command takes. Nothing was run.',
    causes: [
      'A value with spaces is not in quotes.',
      'The command takes one name at a time.',
      'PowerShell and cmd do not remove the quotes of a Unix shell: docs/windows.md shows how to quote there.',
    ],
    next: 'Put values with spaces in double quotes, and check the usage of the command with --help.',
  },
  'option-missing': {
    kind: 'usage',
    meaning:
      'The command requires an option that was not given, or an option requires another one. Nothing was changed.',
    next: 'Add the option that the error names. --help shows what each option means.',
  },
  'option-value-missing': {
    kind: 'usage',
    meaning: 'An option was given without its value, or with an empty one. Nothing was run.',
    causes: [
      'The value is missing.',
      'A variable of the shell that should hold the value is empty.',
      'The value begins with a hyphen: put an equals sign between the option and the value.',
    ],
    next: 'Add the value after the option.',
  },
  'option-value-invalid': {
    kind: 'usage',
    meaning: 'An option or argument has a value that is not one of its choices. Nothing was run.',
    next: 'Use one of the values that the error lists.',
  },
  'option-without-effect': {
    kind: 'usage',
    meaning:
      'An option was given that has no effect without another one. Nothing was changed, because the command probably does not mean what you want.',
    next: 'Leave out the option, or add the option that the error names.',
  },
  'options-conflict': {
    kind: 'usage',
    meaning:
      'Two options or settings contradict each other, or the file to write is one that another option, an argument or a setting names. Nothing was changed.',
    next: 'Use only one of them, or write to another file. The error says what each of them does.',
  },
  'nothing-to-update': {
    kind: 'usage',
    meaning: 'An update was requested without saying what to change. Nothing was changed.',
    next: 'Add at least one option with the new value. --help lists them.',
  },
  'confirmation-missing': {
    kind: 'usage',
    meaning: 'The command requires a confirmation and could not ask for it. Nothing was changed.',
    causes: [
      'It runs without a terminal, for example in a scheduled job.',
      '--no-input is set.',
      'The name after --confirm is not the name of what would be removed.',
    ],
    next: 'Read the question in the error. If you agree, add --yes, or --confirm with the name if the error asks for it.',
  },
  declined: {
    kind: 'usage',
    meaning:
      'The question of the command was answered with no, or nothing was selected. Nothing was changed.',
    next: 'Run the command again if you want the change after all.',
  },
  'answer-missing': {
    kind: 'usage',
    meaning:
      'The set-up needs answers that were not given, and cannot ask for them in this session. Nothing was changed.',
    causes: ['It runs without a terminal.', '--no-input is set.'],
    next: 'Add the options that the error lists, or run the command in a terminal without --no-input.',
  },
  'help-topic-unknown': {
    kind: 'usage',
    meaning: 'There is no command or help topic with this name.',
    next: 'List all commands with `scimctl help`. It also names the topics.',
  },
  'code-unknown': {
    kind: 'usage',
    meaning: 'No problem has this code, in this version of scimctl.',
    causes: [
      'The code is mistyped.',
      'The code is from a newer version of scimctl.',
      'The word is the code of a check or of a finding, and not of a problem.',
    ],
    next: 'Use the code that the error suggests, or list all codes with `scimctl explain`.',
  },
  'shell-unknown': {
    kind: 'usage',
    meaning: 'scimctl has no completion script for this shell.',
    next: 'Use bash, zsh, fish or powershell.',
  },
  'check-unknown': {
    kind: 'usage',
    meaning: 'There is no check with this name. No check was run.',
    next: 'List the checks with `scimctl check --list`.',
  },
  'output-format-unknown': {
    kind: 'usage',
    meaning: 'The variable SCIMCTL_OUTPUT names a format that scimctl does not have.',
    next: 'Set SCIMCTL_OUTPUT to table, json or csv, or remove it.',
  },
  'columns-missing': {
    kind: 'usage',
    meaning: 'The value of --columns is not a list of names with commas between them.',
    next: 'Write the names in double quotes, with a comma between two names: PowerShell splits them otherwise.',
  },
  'column-unknown': {
    kind: 'usage',
    meaning: 'The list has no column with this name, or cannot be sorted by it.',
    next: 'Use one of the names that the error lists. They are the keys of the JSON output; the headings of the table work as well.',
  },
  'number-invalid': {
    kind: 'usage',
    meaning: 'The value is not a whole number in the range that the option accepts.',
    next: 'Use a number in the range that the error gives.',
  },
  'size-invalid': {
    kind: 'usage',
    meaning: 'The value is not a size in the range that the option accepts.',
    next: 'Write bytes, or a number with k or m, such as 512k or 1m.',
  },
  'duration-invalid': {
    kind: 'usage',
    meaning: 'The value is not a duration in the range that the option accepts.',
    next: 'Write a number with d, h, m or s, such as 90d, 12h, 30m or 45s.',
  },
  'timeout-invalid': {
    kind: 'usage',
    meaning: 'The value of --timeout or SCIMCTL_TIMEOUT is not a duration in the range that it accepts.',
    next: 'Write a number with its unit, such as 30s or 5m.',
  },
  'instant-invalid': {
    kind: 'usage',
    meaning:
      'The value is not a date or time that scimctl understands, or does not exist, such as 30 February.',
    next: 'Write a day (2026-01-31, which begins at midnight UTC) or a time with its time zone (2026-01-31T08:00:00Z).',
  },
  'file-unreadable': {
    kind: 'usage',
    meaning: 'A file that was named on the command line cannot be read. Nothing was changed.',
    causes: [
      'The path is wrong. A relative path begins in the current directory.',
      'The account that runs scimctl may not read the file.',
      'The file is not a text, or is in an encoding other than UTF-8 or UTF-16.',
    ],
    next: 'Correct the path or the permissions, or save the file as UTF-8.',
  },
  'out-unwritable': {
    kind: 'operation',
    meaning: 'The file for the output cannot be written. An existing file was not changed.',
    causes: [
      'The directory does not exist, or the account that runs scimctl may not write to it.',
      'Another program, such as Excel, has the file open.',
      'The disk is full.',
    ],
    next: 'Name another file with --out, or close the program that has it open. If the command changes something, check the result before you run it again.',
  },
  interrupted: {
    kind: 'interrupted',
    meaning:
      'The command was ended by Ctrl-C or by a signal. The change in progress was applied completely or not at all.',
    next: 'Look with `scimctl audit list` whether the change was made. If it was not, run the command again.',
  },
  'node-too-old': {
    kind: 'configuration',
    meaning: 'The Node.js that starts scimctl is older than scimctl requires. Nothing was read or changed.',
    causes: ['The machine has several versions of Node.js, and PATH or the service names an old one.'],
    next: 'Compare `node --version` with the version in the message. Install a newer Node.js, or use the executable of scimctl that contains one.',
  },
  'internal-error': {
    kind: 'operation',
    meaning:
      'scimctl met an error that it does not expect: a defect of scimctl. A transaction that was open was rolled back.',
    next: 'Run the command again with --verbose and report the output, which contains no secrets. If the endpoint answered a request with this code, find the requestId of the request in its log.',
  },
};
