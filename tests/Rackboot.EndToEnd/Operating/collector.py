"""A collector of OpenTelemetry: what is posted to it becomes files of the directory that it is given, in the order of their names."""
import http.server
import itertools
import os
import sys

directory, numbers = sys.argv[2], itertools.count()


class Collector(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        name = os.path.join(directory, f"{next(numbers):04d}")
        with open(name + ".part", "wb") as file:
            file.write(body)
        os.rename(name + ".part", name + ".trace")
        self.send_response(200)
        self.end_headers()


http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Collector).serve_forever()
