import { readConfig } from '../../src/config/config.js';

export function errorsOf(env: Record<string, string>): readonly string[] {
  const read = readConfig(env);
  return read.ok ? [] : read.errors;
}

export function configOf(env: Record<string, string>) {
  const read = readConfig(env);
  if (!read.ok) throw new Error(read.errors.join('\n'));
  return read.config;
}
