"""What every stage shares: units, grid and frames, random stream, provenance, errors, reader of tables."""
