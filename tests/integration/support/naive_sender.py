"""What other senders do: they write, and trust that what was written has arrived."""

import socket
import ssl


def send_and_trust(lines, port, ca_file=None):
    """Sends lines over TCP, or TLS with `ca_file`, closes the connection, and calls them delivered. Returns how many: those after
    which no error had shown."""
    count = 0
    with socket.create_connection(("localhost", port), timeout=30) as connection:
        if ca_file is not None:
            connection = ssl.create_default_context(cafile=ca_file).wrap_socket(connection, server_hostname="localhost")
        with connection:
            for line in lines:
                connection.sendall(line.encode("utf-8") + b"\n")
                count += 1
    return count
