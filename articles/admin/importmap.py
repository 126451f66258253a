import base64
import hashlib
import re

from django_prose_editor.widgets import importmap


def importmap_hash() -> str:
    """The one inline script of the site: the editor's import map, named by its content in the policy."""
    written = re.search(r"<script[^>]*>(.*)</script>", str(importmap.render()), re.DOTALL)
    digest = hashlib.sha256(written.group(1).encode() if written else b"").digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
