"""Plotly figures of traces."""
