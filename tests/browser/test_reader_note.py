"""The notice before readers' eyes: shown where a blocker is at work, and nowhere else."""

import os
import socket
import subprocess
import sys
import time
import urllib.request

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import expect, sync_playwright

from tests.browser.blocker import blocker, chromium, wait_until_it_blocks

pytestmark = pytest.mark.browser

TITLE = "Adblock Detected"
TEXT = "Please support us by disabling your AdBlocker extension from your browsers for our website."
LONG_ENOUGH = 4000  # ms: the script looks for 3 s
DAY = 24 * 3600 * 1000  # ms
