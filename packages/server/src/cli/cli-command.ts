import { Command, type Option } from 'commander';

/** What somebody meant as the next option: `--json`, `-h`, `--`; not `-` alone, and no number. */
const LIKE_AN_OPTION = /^-(-|[a-z])/i;

/**
 * A command whose options take no option for a value: `--name --json`, where a variable of the shell was empty, would make a
 * key of the name "--json". With `=` it is meant.
 */
export class CliCommand extends Command {
  override createCommand(name?: string): CliCommand {
    return new CliCommand(name);
  }

  override parseOptions(args: string[]): ReturnType<Command['parseOptions']> {
    for (let i = 0; i < args.length && args[i] !== '--'; i++) {
      const option = this.options.find((each) => each.required && isFlagOf(each, args[i]));
      if (option === undefined) continue;
      i += 1;
      if (LIKE_AN_OPTION.test(args[i] ?? '')) this.#rejectValue(option);
    }
    return super.parseOptions(args);
  }

  #rejectValue({ flags, long, short }: Option): never {
    const message = `error: option '${flags}' has no value; one that begins with - is given as ${long ?? short}=VALUE`;
    return this.error(message, { code: 'keystamp.optionAsValue' });
  }
}

function isFlagOf({ long, short }: Option, arg: string | undefined): boolean {
  return arg !== undefined && (arg === long || arg === short);
}
