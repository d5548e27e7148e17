"""Which endpoint gets the next attempt (docs/protocol.md, section 3)."""
