"""Fixtures."""

from tests.registry.magda.standin import certificates, standin

__all__ = ["certificates", "standin"]
