"""What a department has at the broker: a user, three queues that are called after it, and where it may answer."""

DELIVERIES = 20
"""How often a message that comes back is handed out to a department, before it is parked: its program pauses before it
gives one back, for a quarter of an hour in all (subscriber.py)."""


def user_of(department: str, mark: str) -> str:
    """`department.zone-5387.0123456789abcdef`, which no process of Loket can be called, and nobody guesses. What waits
    for the department is a queue of the same name."""
    return f"department.{department}.{mark}"


def department_of(user: str) -> str:
    """Whose user it is."""
    return user.split(".")[1]


def parking_of(user: str) -> str:
    """The queue of what it refused, or left for too long."""
    return f"{user}.parked"


def history_of(user: str) -> str:
    """The stream of what it was told, from which it reads again."""
    return f"{user}.history"


def answers_of(user: str) -> str:
    """The exchange to which it says its answers, and the queue in which they wait for Loket."""
    return f"{user}.answers"
