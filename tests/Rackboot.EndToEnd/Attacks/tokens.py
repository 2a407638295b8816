"""Shows wrong tokens to the management API, each another one: tokens.py ADDRESS PORT HOW_MANY. Prints how many of each status came, and the seconds."""
import asyncio
import collections
import ssl
import sys
import time

CONNECTIONS, AT_ONCE = 64, 50
address, port, left = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
statuses = collections.Counter()


async def guess(number):
    global left
    tls = ssl.create_default_context()
    tls.check_hostname, tls.verify_mode = False, ssl.CERT_NONE
    reader, writer = await asyncio.open_connection(address, port, ssl=tls)
    while left > 0:
        left -= AT_ONCE
        for i in range(AT_ONCE):
            token = f"rb_{number * 1_000_000 + left + i:08x}_{left + i:064x}"
            writer.write(f"GET /api/v1/machines HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\n\r\n".encode())
        await writer.drain()
        for i in range(AT_ONCE):
            head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
            statuses[head.split(" ", 2)[1]] += 1
            if "transfer-encoding: chunked" in head:
                while (size := int(await reader.readline(), 16)) > 0:
                    await reader.readexactly(size + 2)
                await reader.readline()
            else:
                length = next(line for line in head.split("\r\n") if line.startswith("content-length:"))
                await reader.readexactly(int(length.split(":")[1]))
    writer.close()


async def main():
    began = time.monotonic()
    await asyncio.gather(*(guess(number) for number in range(CONNECTIONS)))
    print(*(f"{status}:{count}" for status, count in sorted(statuses.items())), f"seconds:{time.monotonic() - began:.1f}")


asyncio.run(main())
