/** Imported before a server that cannot be told where to listen: it listens on the loopback alone. */
import { Server } from 'node:net';

const listen = Server.prototype.listen;
Server.prototype.listen = function listenOnLoopback(port, ...rest) {
  const told = rest.find((each) => typeof each === 'function');
  return listen.call(this, Number(port), '127.0.0.1', told);
};
