"""MAGDA's place in the demonstration: an own process that speaks its messages, of a synthetic population.

It demands what the platform does (a certificate on both sides, a signature over body and timestamp), and fails in every
way that a platform can, when told to (`loket register fault`).
"""
