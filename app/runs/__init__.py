"""From a request to its trace: checked, computed by worker processes of this server or of others, and found again."""
