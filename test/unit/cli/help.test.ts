import type { Command } from 'commander';
import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { processContext } from '../../../src/cli/context.ts';
import { makeProgram } from '../../../src/cli/program.ts';
import { wordsFor } from '../../../src/cli/words.ts';

/** A command and those below it. */
function all(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(all)];
}

function helpOf(command: Command): string {
  let text = '';
  command.configureOutput({
    writeOut: (piece) => {
      text += piece;
    },
    getOutHelpWidth: () => 80,
  });
  command.outputHelp();
  return text.trimEnd();
}

test.each(['en', 'zh'] as const)(
  'the help of every command fits a screen of 24 lines and 80 columns in %s',
  (language) => {
    const { program } = makeProgram({
      ...processContext(),
      words: wordsFor(language),
      style: (_, text) => text,
    });
    const commands = all(program);
    expect(commands.length).toBeGreaterThan(18);
    for (const command of commands) {
      const lines = helpOf(command).split('\n');
      expect(lines.length, lines.join('\n')).toBeLessThanOrEqual(24);
      expect(lines.filter((line) => stringWidth(line) > 80)).toEqual([]);
    }
  },
);
