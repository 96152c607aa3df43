"""Which Loket this is: the only place that says so, for the package, its processes, its documents and its backups.

What is installed beside the code may be older than the code that runs, so nobody asks the package.
"""

VERSION = "0.9.0"
"""By Semantic Versioning (https://semver.org); the newest in CHANGELOG.md."""
