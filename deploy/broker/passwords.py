"""How the broker keeps passwords."""

import base64
import secrets
from hashlib import sha256


def password_hash(password: str) -> str:
    """As RabbitMQ keeps it: a salt of four bytes before the SHA-256 of salt and password
    (https://www.rabbitmq.com/docs/passwords)."""
    salt = secrets.token_bytes(4)
    return base64.b64encode(salt + sha256(salt + password.encode()).digest()).decode()
