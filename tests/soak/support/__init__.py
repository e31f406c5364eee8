"""What the programs share: a server of their own, its processes, clients, figures, and the verdict."""
