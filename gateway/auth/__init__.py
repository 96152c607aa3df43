"""Sign-in: browser sessions and bearer tokens from the town's OpenID Connect provider."""
