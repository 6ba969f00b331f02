export interface OptionSpec {
  /** As commander takes them: `--idp <name>`, `-f, --force`, `--no-token`. */
  flags: string;
  description: string;
  /** Turns the text into a value; throws a usage Problem. */
  parse?: (text: string) => unknown;
  choices?: readonly string[];
  default?: unknown;
  required?: boolean;
  /** The command writes the file of this name: it must be no file that the command reads, or writes otherwise. */
  writes?: true;
}
