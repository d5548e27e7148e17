"""Miko beneath what a code base already uses: httpx, requests, gRPC."""
