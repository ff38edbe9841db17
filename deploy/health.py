"""Whether something answers, asked in a few lines: an HTTP client would stay in memory, and images have no curl."""

import asyncio

PATIENCE_SECONDS = 5.0


async def answers_ok(host: str, port: int, path: str) -> bool:
    """Whether a GET is answered 200."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            reader, writer = await asyncio.open_connection(host, port)
            try:
                writer.write(f"GET {path} HTTP/1.0\r\nHost: {host}:{port}\r\n\r\n".encode())
                return b" 200 " in await reader.readline()
            finally:
                writer.close()
    except (OSError, TimeoutError):
        return False
