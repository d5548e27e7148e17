"""What keeps calls alive when endpoints are not (docs/protocol.md, section 4)."""
