"""The commands of `loket`, by behaviour: each reads its arguments, calls one function and shows the facts."""
