"""The same with Miko. The constants stay until Miko knows the services: what it knows, wins, and the report says which are still used."""

import time

import miko

FIXED = {
    "cart": ["http://127.0.0.1:8081"],
    "prices": ["http://127.0.0.1:8082", "http://127.0.0.1:8083"],
}


def main():
    with miko.connect(fixed=FIXED) as client:

        def get(url):
            return client.get(url, timeout_ms=5_000).raise_for_status().json()

        def price(item):
            """When one does not answer, another one is asked."""
            return get(f"prices://price/{item}")["cents"]

        for _ in range(3):
            items = get("cart://items")
            print(f"{len(items)} items, {sum(map(price, items))} cents")
            time.sleep(0.3)
        for entry in client.fixed_report():
            print(f"{entry.service}: {entry.calls_by_miko} by Miko, {entry.calls_by_fixed} by constants")


main()
