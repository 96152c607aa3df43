"""What a department has at the broker: a user, and three queues that are called after it."""


def user_of(department: str) -> str:
    """`department.police`, which no process of Loket can be called. What waits for it is a queue of the same name."""
    return f"department.{department}"


def parking_of(user: str) -> str:
    """The queue of what it refused, or left for too long."""
    return f"{user}.parked"


def history_of(user: str) -> str:
    """The stream of what it was told, from which it reads again."""
    return f"{user}.history"
