// The backend under watch: what a small service of this kind really runs. Settings: PORT, LOG (a file of pino's lines).
// The only good token is "good", of the user usr_1.
"use strict";

const crypto = require("node:crypto");
const express = require("express");
const http = require("node:http");
const metrics = require("prom-client");
const pino = require("pino");
const { pinoHttp } = require("pino-http");
const { Server } = require("socket.io");

const log = pino(
  { timestamp: pino.stdTimeFunctions.isoTime, redact: ["req.headers.authorization"] },
  pino.destination({ dest: process.env.LOG, sync: true }),
);
const requests = new metrics.Counter({ name: "http_requests_total", help: "Answers", labelNames: ["route", "status"] });
const seconds = new metrics.Histogram({
  name: "http_request_duration_seconds",
  help: "Time to answer",
  labelNames: ["route"],
  buckets: [0.005, 0.05, 0.5, 5],
});
const clients = new metrics.Gauge({ name: "ws_clients", help: "Connected clients", labelNames: ["namespace"] });
clients.set({ namespace: "/trading" }, 0);

const app = express();
app.disable("x-powered-by");
app.get("/metrics", async (_, answer) => {
  answer.type(metrics.register.contentType).send(await metrics.register.metrics());
});
app.use(
  pinoHttp({
    logger: log,
    genReqId: (request, answer) => {
      const id = request.headers["x-request-id"] || crypto.randomBytes(16).toString("hex");
      answer.setHeader("x-request-id", id);
      return id;
    },
  }),
);
app.use((request, answer, next) => {
  const end = seconds.startTimer();
  answer.on("finish", () => {
    const route = request.route ? request.route.path : "none";
    requests.inc({ route, status: answer.statusCode });
    end({ route });
  });
  next();
});
app.get("/health/live", (_, answer) => answer.json({ status: "ok" }));
app.get("/api/feature-flags", (_, answer) => {
  answer.json({ tabs: { home: true, trading: true, marketplace: false, membership: true }, minimumBuild: 7 });
});
app.get("/api/me/profile", (request, answer) => {
  if (request.headers.authorization !== "Bearer good") {
    return answer.status(401).json({ error: "unauthorized" });
  }
  answer.json({ id: "usr_1", ownerId: "usr_1" });
});
app.get("/api/boom", () => {
  throw new Error("made on request");
});

const server = http.createServer(app);
const sockets = new Server(server, { pingInterval: 1000, pingTimeout: 1000 });
const trading = sockets.of("/trading");
trading.use((socket, next) => {
  if (socket.handshake.auth.token === "good") {
    return next();
  }
  const refusal = new Error("unauthorized");
  refusal.data = { code: 401 };
  next(refusal);
});
trading.on("connection", (socket) => {
  clients.set({ namespace: "/trading" }, trading.sockets.size);
  const price = () => socket.emit("price_update", { symbol: "ABC", price: 101.5, at: new Date().toISOString() });
  const prices = setInterval(price, 300);
  price();
  socket.on("ping_me", (_, acknowledge) => acknowledge({ ok: 1 }));
  socket.on("disconnect", () => {
    clearInterval(prices);
    clients.set({ namespace: "/trading" }, trading.sockets.size);
  });
});
server.listen(Number(process.env.PORT), "127.0.0.1");
