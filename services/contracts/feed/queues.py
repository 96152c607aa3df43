"""What a department has at the broker: a queue that is called as its user is, and two that are called after it."""


def parking_of(user: str) -> str:
    """The queue of what it refused, or left for too long."""
    return f"{user}.parked"


def history_of(user: str) -> str:
    """The stream of what it was told, from which it reads again."""
    return f"{user}.history"
