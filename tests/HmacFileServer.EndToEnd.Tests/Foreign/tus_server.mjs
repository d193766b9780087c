// The real @tus/server with its file store: node tus_server.mjs MODULES FOLDER HOST. Prints its port, then serves until it is ended.
import { createRequire } from 'node:module';
const [modules, directory, host] = process.argv.slice(2);
const require = createRequire(modules + '/');
const { Server } = await import(require.resolve('@tus/server'));
const { FileStore } = await import(require.resolve('@tus/file-store'));
const server = new Server({ path: '/files', datastore: new FileStore({ directory }), relativeLocation: true });
const http = server.listen({ host, port: 0 }, () => console.log(`port ${http.address().port}`));
