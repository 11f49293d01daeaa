#!/usr/bin/env node
import { openConfigured } from '../open-configured.js';
import { runCli } from './run-cli.js';

// Whoever reads may have seen enough, as in `keystamp list | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

const exitCode = await runCli(process.argv.slice(2), {
  env: process.env,
  stdin: process.stdin,
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  errIsTerminal: process.stderr.isTTY === true,
  now: () => new Date(),
  open: openConfigured,
});
// `serve` goes on after it started, and sets the code itself when it stops.
if (exitCode !== 0) process.exitCode = exitCode;
