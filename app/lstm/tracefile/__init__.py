"""Traces as safetensors files: written, mapped into memory, and checked by checksums."""
