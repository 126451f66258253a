"""What ops run: gunicorn -c python:newsroom.gunicorn newsroom.wsgi"""

import gc
import os
from typing import Any

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "8"))
timeout = 60  # seconds; a request waits at most AKISMET_TIMEOUT for anything outside
graceful_timeout = 10
keepalive = 5
preload_app = False  # a database pool must not be shared across the fork
accesslog = os.environ.get("ACCESS_LOG") or None
# Believed when they say X-Forwarded-Proto: https.
forwarded_allow_ips = os.environ.get("TRUSTED_PROXIES") or "127.0.0.1"


def post_worker_init(worker: Any) -> None:
    """What is loaded by now stays: the garbage collector need not go through all of it again and again."""
    gc.collect()
    gc.freeze()
