"""The demonstration: its people, register, sign-in, mail, secrets and seals. Nothing of it runs in production."""
