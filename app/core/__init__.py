"""What every room may use: settings, the hierarchy of errors, metrics, the log."""
