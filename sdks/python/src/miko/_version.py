"""What this package calls itself to Miko."""

from __future__ import annotations

import platform

VERSION = "0.1.0"

#: The API date this package was written for, sent with each call: what the credential is pinned to changes nothing.
API_DATE = "2026-12-01"

USER_AGENT = f"miko-client-python/{VERSION} (python {platform.python_version()})"
