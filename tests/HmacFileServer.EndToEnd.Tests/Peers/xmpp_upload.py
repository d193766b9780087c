"""Asks an XMPP server for an upload slot, or uploads a file, as an application built on slixmpp does.

Reads one JSON object from standard input and writes one to standard output:
  in:  jid, password, host, port, ca, service, name, size, content_type
       and file, if the file shall be uploaded too (name and size then come from it)
  out: {"put": URL, "get": URL, "headers": {...}}, or {"get": URL} for an upload, or {"error": text}
"""
import asyncio
import json
import sys

from slixmpp import JID, ClientXMPP
from slixmpp.exceptions import IqError, IqTimeout
from slixmpp.plugins.xep_0363 import FileUploadError

TIMEOUT_SECONDS = 20


async def work(xmpp, job):
    upload = xmpp["xep_0363"]
    # slixmpp 1.8.3's own discovery fails on Python 3.11 ("Passing coroutines is forbidden").
    upload.upload_service = JID(job["service"])
    if job.get("file"):
        with open(job["file"], "rb") as content:
            url = await upload.upload_file(
                job["file"], content_type=job["content_type"], input_file=content, timeout=TIMEOUT_SECONDS)
        return {"get": url}
    reply = await upload.request_slot(
        JID(job["service"]), job["name"], job["size"], job["content_type"], timeout=TIMEOUT_SECONDS)
    slot = reply["http_upload_slot"]
    headers = {header["name"]: header["value"] for header in slot["put"]["headers"]}
    return {"put": slot["put"]["url"], "get": slot["get"]["url"], "headers": headers}


async def main():
    job = json.load(sys.stdin)
    xmpp = ClientXMPP(job["jid"], job["password"])
    xmpp.register_plugin("xep_0030")
    xmpp.register_plugin("xep_0363")
    xmpp.ca_certs = job["ca"]
    started = asyncio.get_running_loop().create_future()

    def settle(outcome):
        if not started.done():
            started.set_result(outcome)

    xmpp.add_event_handler("session_start", lambda _: settle(None))
    for event in ("failed_auth", "connection_failed", "ssl_invalid_cert"):
        xmpp.add_event_handler(event, lambda data, event=event: settle(f"{event}: {data}"))
    xmpp.connect((job["host"], job["port"]))
    try:
        problem = await asyncio.wait_for(started, TIMEOUT_SECONDS)
        result = {"error": problem} if problem else await work(xmpp, job)
    except (IqError, IqTimeout, FileUploadError, asyncio.TimeoutError) as error:
        result = {"error": f"{type(error).__name__}: {error}"}
    json.dump(result, sys.stdout)
    sys.stdout.flush()
    await xmpp.disconnect(wait=1)


asyncio.run(main())
