"""A machine at the other end of a serial port, which is a TCP connection to the given port: it greets, echoes, and repeats each line."""
import socket, sys

listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True:
    port, _ = listener.accept()
    port.sendall(b"\x1b[1mtest machine\x1b[0m\r\nlogin: ")
    line = b""
    while True:
        try:
            typed = port.recv(4096)
        except ConnectionError:
            break
        if not typed:
            break
        if b"\xff\xf3" in typed:  # RFC 854: IAC BRK, which is how ipmi_sim passes a break on
            typed = typed.replace(b"\xff\xf3", b"")
            port.sendall(b"[break]\r\n")
        for byte in typed:
            if byte == 13:
                port.sendall(b"\r\nyou said: " + line + b"\r\n")
                line = b""
            else:
                line += bytes([byte])
                port.sendall(bytes([byte]))
