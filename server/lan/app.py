"""The app as Granian's workers load it: with the one answer that the set-up page on the other port may read."""

import os
import signal
import threading
import time

from flask import current_app, request

from server import create_app
from server.jobs import follow
from server.start import seldom_collect


def worker_app():
    """The WSGI application of one worker."""
    threading.Thread(target=_leave_with, args=(os.getppid(),), daemon=True).start()
    app = create_app()
    seldom_collect()
    follow(app)
    app.after_request(let_the_setup_page_test)
    return app


def let_the_setup_page_test(response):
    """CORS for `/healthz` alone, and only for the page on the set-up port of the same host."""
    if request.path == "/healthz":
        host = request.host.rsplit(":", 1)[0]
        origin = f"http://{host}:{current_app.config['SETTINGS'].port}"
        response.vary.add("Origin")
        if request.headers.get("Origin") == origin:
            response.headers["Access-Control-Allow-Origin"] = origin
    return response


def _leave_with(parent):
    """A worker whose master was killed would hold the port, and serve yesterday's certificate, for ever."""
    while os.getppid() == parent:
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(10)
    os._exit(1)
