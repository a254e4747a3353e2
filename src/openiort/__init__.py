"""OpenIORT."""
