"""Which package this is: its number, that of the schemas and of the documents made of them."""

VERSION = "1.1.1"
"""By Semantic Versioning (https://semver.org); the newest in CHANGELOG.md. What is added is a minor version."""
