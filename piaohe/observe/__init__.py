"""Seeing how it runs: logs, metrics, health and alerts. Never what stands on a document."""
