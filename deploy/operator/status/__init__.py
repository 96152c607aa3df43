"""`loket status`: what is wrong, what waits in each town, how each process is."""
