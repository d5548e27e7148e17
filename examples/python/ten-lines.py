import http.server
import threading
import miko

server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler)
threading.Thread(target=server.serve_forever, daemon=True).start()
with miko.connect() as client:  # MIKO_URL and MIKO_TOKEN
    client.register("hello", "hello-1", port=server.server_port).ready(timeout_ms=5_000)
    print(client.get("hello://").status_code)
    print(client.endpoints("hello"))
