"""Command line: read input, call a stage, show the result; no physics."""
