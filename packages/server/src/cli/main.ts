#!/usr/bin/env node
import { openConfigured } from '../start/open-configured.js';
import { runCli } from './run-cli.js';
import { openStandardOutput } from './standard-output.js';

// There is nowhere left to tell it.
process.stderr.on('error', () => {});

const exitCode = await runCli(process.argv.slice(2), {
  env: process.env,
  stdin: process.stdin,
  ...openStandardOutput(process.stdout),
  err: (text) => process.stderr.write(text),
  errIsTerminal: process.stderr.isTTY === true,
  columns: process.stdout.isTTY ? process.stdout.columns : null,
  open: openConfigured,
});
// `serve` goes on after it started, and sets the code itself when it stops.
if (exitCode !== 0) process.exitCode = exitCode;
