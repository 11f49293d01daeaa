export { type AppOptions, type BuiltApp, buildApp } from './app.js';
export { type ReadConfig, readConfig, type ServerConfig } from './config/config.js';
export { openLog } from './log/log.js';
export { type RunningServer, type ServeOptions, serve } from './start/serve.js';
