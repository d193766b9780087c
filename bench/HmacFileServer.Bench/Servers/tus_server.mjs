// node tus_server.mjs <node_modules> <folder> <path> <host> <port>: the server of @tus/server, with its file store and its defaults.
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const [modules, directory, prefix, host, port] = process.argv.slice(2);
const load = (name) => import(pathToFileURL(path.join(modules, '@tus', name, 'dist', 'index.js')).href);
const { Server } = await load('server');
const { FileStore } = await load('file-store');
const server = new Server({ path: prefix, datastore: new FileStore({ directory }) });
server.listen({ host, port: Number(port) }, () => console.log('listening'));
