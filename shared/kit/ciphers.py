"""The two ciphers that cells are sealed with, both authenticated: AES-256-GCM, and SM4-GCM (GB/T 32907, RFC 8998).

Each key belongs to one of them, and each cell tells by its first byte with which one it was sealed.
"""

from enum import StrEnum
from typing import Final, Protocol

from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import SM4

TAG_BYTES: Final = 16


class CipherName(StrEnum):
    """How a cell is sealed, as the keys file and the operators name it."""

    AES_256_GCM = "aes-256-gcm"
    SM4_GCM = "sm4-gcm"


KEY_BYTES: Final = {CipherName.AES_256_GCM: 32, CipherName.SM4_GCM: 16}
# The first byte of a cell; written into rows, so these never change their meaning.
MARK: Final = {CipherName.AES_256_GCM: b"\x01", CipherName.SM4_GCM: b"\x02"}


class Sealing(Protocol):
    """What both ciphers do: bytes in, ciphertext and tag out, and back with `InvalidTag` when anything differs."""

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes, /) -> bytes: ...

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes, /) -> bytes: ...


class SM4GCM:
    """SM4 in Galois/counter mode, in the form that the library gives AES-GCM."""

    def __init__(self, key: bytes) -> None:
        self._algorithm = SM4(key)

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes, /) -> bytes:
        """Ciphertext and tag."""
        encryptor = Cipher(self._algorithm, modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(associated_data)
        return encryptor.update(data) + encryptor.finalize() + encryptor.tag

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes, /) -> bytes:
        """The plain content; nothing is given out before the tag has been found right."""
        if len(data) < TAG_BYTES:
            raise ValueError("A sealed content is at least as long as its tag.")
        decryptor = Cipher(self._algorithm, modes.GCM(nonce, data[-TAG_BYTES:])).decryptor()
        decryptor.authenticate_additional_data(associated_data)
        return decryptor.update(data[:-TAG_BYTES]) + decryptor.finalize()


def sealing_with(cipher: CipherName, key: bytes) -> Sealing:
    """A cipher with its key."""
    return AESGCM(key) if cipher is CipherName.AES_256_GCM else SM4GCM(key)
