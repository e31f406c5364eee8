"""Shared by all packages: settings, error classes, metrics, logging."""
