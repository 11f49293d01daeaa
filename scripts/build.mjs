// npm run build: what npm start would build.
import { build, requireNode } from './workspace.mjs';

requireNode();
if (!build()) process.exit(1);
