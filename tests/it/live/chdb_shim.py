"""The engine of a recent ClickHouse (chDB) behind the server's HTTP interface: chdb_shim.py PORT FOLDER

For tests on loopback only. It knows one user, runs one statement at a time, and makes an answer whole before it sends
it, so an error in the middle of one is made on order: POST /shim/break?how=tagged|plain|cut&after=BYTES breaks the next
answer that is longer, as servers from 25.11 on do (tagged), as those before did (plain), or by closing the connection.
"""

import gzip
import json
import re
import sys
import threading
import time
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from chdb import session

# Parameters that are for the server before the engine, and that the engine by itself does not know or need.
ABOUT_THE_REQUEST = {
    "query", "query_id", "database", "default_format", "user", "password", "quota_key", "role", "session_id",
    "session_timeout", "compress", "decompress", "buffer_size", "wait_end_of_query", "enable_http_compression",
    "send_progress_in_http_headers", "readonly", "cancel_http_readonly_queries_on_client_close",
}
TAG = "rumfyutuqkncbgau"
BROKEN = "Code: 241. DB::Exception: Query memory limit exceeded: made on order. (MEMORY_LIMIT_EXCEEDED)\n"
READS = re.compile(r"\s*(SELECT|WITH|DESC|DESCRIBE|SHOW|EXISTS|EXPLAIN)\b", re.I)
STATUS = {46: 404, 47: 404, 60: 404, 73: 404, 81: 404, 115: 404, 62: 400, 159: 408, 516: 403}

engine = session.Session(sys.argv[2])
one_at_a_time = threading.Lock()
orders = []


def literal(value):
    if re.fullmatch(r"-?\d+(\.\d+)?", value):
        return value
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"


def run(sql, form, settings, params):
    """The result in a format. Settings last for this statement."""
    with one_at_a_time:
        try:
            for name, value in settings.items():
                engine.query(f"SET {name} = {literal(value)}")
            return engine.query(sql, form, params=params) if params else engine.query(sql, form)
        finally:
            for name in settings:
                try:
                    engine.query(f"SET {name} = DEFAULT")
                except Exception:
                    pass  # One that the engine does not know.


class Server(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        self.take(b"")

    def do_POST(self):
        self.take(self.rfile.read(int(self.headers.get("Content-Length") or 0)))

    def take(self, body):
        url = urlsplit(self.path)
        query = dict(parse_qsl(url.query, keep_blank_values=True))
        if url.path == "/shim/break":
            orders.append((query["how"], int(query["after"])))
            return self.whole(200, b"")
        if url.path == "/ping" or not (query or body):
            return self.whole(200, b"Ok.\n")
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        sql = "\n".join(part for part in (query.get("query", ""), body.decode()) if part).strip().rstrip(";")
        read_only = self.command == "GET" or query.get("readonly", "0") != "0"
        if read_only and not READS.match(sql):
            return self.refuse("Code: 164. DB::Exception: Cannot execute query in readonly mode. (READONLY)")
        form = re.search(r"\bFORMAT\s+(\w+)\s*$", sql, re.I)
        if form:
            sql = sql[: form.start()]
        named = query.get("default_format") or self.headers.get("X-ClickHouse-Format") or "TabSeparated"
        form = form.group(1) if form else named
        settings = {k: v for k, v in query.items() if k not in ABOUT_THE_REQUEST and not k.startswith("param_")}
        params = {k[len("param_"):]: v for k, v in query.items() if k.startswith("param_")}
        began = time.monotonic_ns()
        try:
            result = run(sql, form, settings, params)
        except Exception as error:
            return self.refuse(str(error).strip())
        count = lambda name: str(getattr(result, name, lambda: 0)())
        summary = {"read_rows": count("rows_read"), "read_bytes": count("bytes_read"),
                   "elapsed_ns": str(time.monotonic_ns() - began)}
        headers = {"X-ClickHouse-Format": form, "X-ClickHouse-Query-Id": query.get("query_id", ""),
                   "X-ClickHouse-Timezone": "UTC", "X-ClickHouse-Summary": json.dumps(summary)}
        content = (result.bytes() or b"") if result is not None else b""
        squeezed = query.get("enable_http_compression") == "1" and "gzip" in self.headers.get("Accept-Encoding", "")
        if orders and len(content) > orders[0][1]:
            return self.broken(content, headers, squeezed, *orders.pop(0))
        headers["X-ClickHouse-Exception-Tag"] = TAG
        if squeezed:
            content, headers["Content-Encoding"] = gzip.compress(content, 1), "gzip"
        self.whole(200, content, headers)

    def whole(self, status, content, headers=None):
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def refuse(self, text):
        code = re.search(r"Code: (\d+)", text)
        code = int(code.group(1)) if code else 0
        self.whole(STATUS.get(code, 500), text.encode() + b"\n", {"X-ClickHouse-Exception-Code": str(code)})

    def broken(self, content, headers, squeezed, how, after):
        """The first bytes of an answer, and what its server says when it cannot go on. The body has no proper end."""
        content = content[:after]
        if how == "tagged":
            headers["X-ClickHouse-Exception-Tag"] = TAG
            end = f"\r\n__exception__\r\n{TAG}\r\n{BROKEN}{len(BROKEN)} {TAG}\r\n__exception__\r\n"
        else:
            end = BROKEN if how == "plain" else ""
        content += end.encode()
        if squeezed:
            headers["Content-Encoding"] = "gzip"
            packer = zlib.compressobj(1, wbits=31)
            content = packer.compress(content) + packer.flush(zlib.Z_SYNC_FLUSH)
        self.send_response(200)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.wfile.write(b"%x\r\n%s\r\n" % (len(content), content))
        if how == "plain" and not squeezed:
            self.wfile.write(b"0\r\n\r\n")
        self.close_connection = True


ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Server).serve_forever()
