// The tus handler of @uploadx/core with its disk storage: node uploadx_server.mjs MODULES FOLDER HOST. Prints its port, then serves until it is ended.
import { createRequire } from 'node:module';
import { createServer } from 'node:http';
const [modules, directory, host] = process.argv.slice(2);
const require = createRequire(modules + '/');
const { Tus } = require('@uploadx/core');
const tus = new Tus({ uploadDir: directory, path: '/files' });
// It answers with errors until it has looked at its folder, and tells nobody when it has.
while (!tus.storage.isReady) await new Promise(setImmediate);
const http = createServer(tus.handle).listen({ host, port: 0 }, () => console.log(`port ${http.address().port}`));
