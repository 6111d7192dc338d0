"""Asks a server of this container whether it is alive: python deploy/healthcheck.py 8000."""

import http.client
import sys

connection = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]), timeout=4)
connection.request("GET", "/healthz")
sys.exit(connection.getresponse().status != http.HTTPStatus.OK)
