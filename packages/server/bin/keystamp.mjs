#!/usr/bin/env node
// In the repository before it is built, so that an install links it.
await import('../dist/cli/main.js');
