"""Computes the vectors of VectorTests.cs with Python's own hmac and the cryptography package: /usr/bin/python3 vectors.py"""
import hashlib, hmac, struct
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

user, password, kg = b"admin", b"secret", bytes(range(0x50, 0x64))
console, bmc = struct.pack("<I", 0x11223344), struct.pack("<I", 0xA1B2C3D4)
rm, rc, guid = bytes(range(16)), bytes(range(0x10, 0x20)), bytes(range(0xA0, 0xB0))
role = bytes([0x14, len(user)]) + user

for name, algorithm, cut in (("Sha1", hashlib.sha1, 12), ("Sha256", hashlib.sha256, 16)):
    mac = lambda key, data: hmac.new(key, data, algorithm).digest()
    sik = mac(password, rm + rc + role)
    k1, k2 = mac(sik, b"\x01" * 20), mac(sik, b"\x02" * 20)
    print(name, "rakp2", mac(password, console + bmc + rm + rc + guid + role).hex())
    print(name, "rakp3", mac(password, rc + console + role).hex())
    print(name, "rakp4", mac(sik, rm + bmc + guid)[:cut].hex())
    print(name, "rakp4 with kg", mac(mac(kg, rm + rc + role), rm + bmc + guid)[:cut].hex())

    # Chassis status: on, answered to request 5, in packet 7 of the session.
    head, rest = bytes([0x81, 0x01 << 2]), bytes([0x20, 5 << 2, 0x01, 0x00, 0x01, 0x10, 0x00])
    message = head + bytes([-sum(head) & 0xFF]) + rest + bytes([-sum(rest) & 0xFF])
    pad = -(len(message) + 1) % 16
    plain = message + bytes(range(1, pad + 1)) + bytes([pad])
    iv = bytes(range(0xE0, 0xF0))
    encryptor = Cipher(algorithms.AES(k2[:16]), modes.CBC(iv)).encryptor()
    payload = iv + encryptor.update(plain) + encryptor.finalize()
    signed = bytes([6, 0xC0]) + console + struct.pack("<IH", 7, len(payload)) + payload
    fill = -(len(signed) + 2) % 4
    signed += b"\xff" * fill + bytes([fill, 7])
    print(name, "packet", (bytes.fromhex("0600ff07") + signed + mac(k1, signed)[:cut]).hex())
