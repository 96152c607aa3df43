"""A deployment on this machine: its folders, ports, processes and the servers that it embeds."""
