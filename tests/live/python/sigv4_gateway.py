"""A gateway that lets signed calls through: python sigv4_gateway.py PORT TARGET REGION

botocore makes the signature of each request again from the secret in AWS_SECRET_ACCESS_KEY; one that differs is answered with 403.
"""

import os
import re
import sys
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

port, target, region = int(sys.argv[1]), sys.argv[2], sys.argv[3]
CREDENTIALS = Credentials(os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"])


def is_signed(method, url, headers, body):
    given = re.fullmatch(
        r"AWS4-HMAC-SHA256 Credential=([^,]+), SignedHeaders=([^,]+), Signature=([0-9a-f]+)",
        headers.get("Authorization", ""),
    )
    if given is None or "host" not in given[2].split(";"):
        return False
    request = AWSRequest(method=method, url=url, data=body or None)
    for name in given[2].split(";"):
        if name != "host":
            request.headers[name] = headers.get(name, "")
    request.context["timestamp"] = headers.get("X-Amz-Date", "")
    auth = SigV4Auth(CREDENTIALS, "execute-api", region)
    signature = auth.signature(auth.string_to_sign(request, auth.canonical_request(request)), request)
    return signature == given[3] and given[1] == auth.scope(request)


class Gateway(BaseHTTPRequestHandler):
    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path == "/gateway-health":
            return self.reply(200, {}, b"OK")
        if not is_signed(self.command, f"http://{self.headers['Host']}{self.path}", self.headers, body):
            return self.reply(403, {"Content-Type": "application/json"}, b'{"message": "The request signature does not match"}')
        kept = ("Content-Type", "Accept", "Range")
        headers = {name: self.headers[name] for name in kept if name in self.headers}
        request = urllib.request.Request(target + self.path, body or None, headers, method=self.command)
        try:
            with urllib.request.urlopen(request) as reply:
                self.reply(reply.status, reply.headers, reply.read())
        except urllib.error.HTTPError as error:
            self.reply(error.code, error.headers, error.read())

    do_GET = do_POST = answer

    def reply(self, status, headers, body):
        self.send_response(status)
        for name in ("Content-Type", "Content-Disposition", "Content-Range"):
            if name in headers:
                self.send_header(name, headers[name])
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


ThreadingHTTPServer(("127.0.0.1", port), Gateway).serve_forever()
