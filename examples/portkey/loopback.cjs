// The gateway listens on all addresses of the machine and has no option for that; with this it listens on 127.0.0.1.
const { Server } = require("node:net");

const listen = Server.prototype.listen;
Server.prototype.listen = function (port, ...rest) {
  const told = rest.filter((value) => typeof value === "function");
  return typeof port === "number" ? listen.call(this, { port, host: "127.0.0.1" }, ...told) : listen.call(this, port, ...rest);
};
