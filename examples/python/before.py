"""Code as it is in many places: addresses are constants, and somebody has to know them."""

import itertools
import time

import httpx

CART = "http://127.0.0.1:8081"
PRICES = itertools.cycle(["http://127.0.0.1:8082", "http://127.0.0.1:8083"])

client = httpx.Client(timeout=5)


def get(url):
    return client.get(url).raise_for_status().json()


def price(item):
    """When one of the two does not answer, half of the calls fail."""
    return get(f"{next(PRICES)}/price/{item}")["cents"]


for _ in range(3):
    items = get(f"{CART}/items")
    print(f"{len(items)} items, {sum(map(price, items))} cents")
    time.sleep(0.3)
