"""AWS on this machine: the server of moto, and boto3, a client that is not ours.

It prints the address of the server, and then answers each line of JSON with a line of JSON:
{"call": [service, method, arguments], "as": [id, key], "at": address}
{"addresses": [[service, region]]}, {"stamps": [seconds]}, {"profile": [file, section]}
{"sign": {"method": .., "url": .., "headers": {..}, "body": base64, "who": [id, key, token, region, service]}}
It ends with its input, so that it outlives no test.
"""
import base64
import datetime
import functools
import json
import logging
import sys
import tempfile
from email.utils import formatdate

import boto3
import botocore.auth
import botocore.awsrequest
import botocore.config
import botocore.configloader
import botocore.credentials
import botocore.exceptions
from moto.server import ThreadedMotoServer

logging.getLogger("werkzeug").setLevel(logging.ERROR)
server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
server.start()
address = "http://%s:%d" % server.get_host_and_port()
print(address, flush=True)

# One attempt, and no look at the machine's own settings.
CONFIG = botocore.config.Config(retries={"total_max_attempts": 1}, connect_timeout=20, read_timeout=60)


@functools.cache  # to make one takes longer than what is asked
def client_of(service, key_id, key, at):
    return boto3.client(
        service,
        region_name="eu-central-1",
        endpoint_url=at,
        aws_access_key_id=key_id,
        aws_secret_access_key=key,
        config=CONFIG,
    )


def call(line):
    service, method, arguments = line["call"]
    key_id, key = line.get("as") or ["AKIANOBODY", "nothing"]
    client = client_of(service, key_id, key, line.get("at") or address)
    try:
        answer = getattr(client, method)(**arguments)
        status = answer.pop("ResponseMetadata")["HTTPStatusCode"]
        return {"status": status, "ok": answer}
    except botocore.exceptions.ClientError as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        return {"status": status, "error": error.response["Error"]["Code"]}


def sign(line):
    """Signs the request anew as it came, at the moment that it says."""
    asked = line["sign"]
    key_id, key, token, region, service = asked["who"]
    signer = botocore.auth.SigV4Auth(botocore.credentials.Credentials(key_id, key, token), service, region)
    request = botocore.awsrequest.AWSRequest(
        method=asked["method"],
        url=asked["url"],
        headers=asked["headers"],
        data=base64.b64decode(asked["body"]),
    )
    request.context["timestamp"] = asked["headers"]["X-Amz-Date"]
    canonical = signer.canonical_request(request)
    text = signer.string_to_sign(request, canonical)
    return {
        "headers": signer.signed_headers(signer.headers_to_sign(request)),
        "signature": signer.signature(text, request),
    }


def addresses(line):
    client = lambda service, region: boto3.client(
        service, region_name=region, aws_access_key_id="x", aws_secret_access_key="x", config=CONFIG
    )
    return [client(service, region).meta.endpoint_url for service, region in line["addresses"]]


def stamps(line):
    moment = lambda seconds: datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
    one = lambda seconds: [
        moment(seconds).strftime("%Y%m%dT%H%M%SZ"),
        moment(seconds).strftime("%Y-%m-%dT%H:%M:%SZ"),
        formatdate(seconds, usegmt=True),
    ]
    return [one(seconds) for seconds in line["stamps"]]


def profile(line):
    file, section = line["profile"]
    with tempfile.NamedTemporaryFile("w", suffix=".ini") as written:
        written.write(file)
        written.flush()
        profiles = botocore.configloader.raw_config_parse(written.name)
    names = ["aws_access_key_id", "aws_secret_access_key", "aws_session_token"]
    found = profiles.get(section)
    return found and [found.get(name) or None for name in names]


ANSWERS = {"call": call, "sign": sign, "addresses": addresses, "stamps": stamps, "profile": profile}

for line in sys.stdin:
    line = json.loads(line)
    [what] = [name for name in ANSWERS if name in line]
    answer = ANSWERS[what](line)
    print(json.dumps(answer, default=str), flush=True)
