"""Applications: what may be asked, how one moves, and what intake needs from outside."""
