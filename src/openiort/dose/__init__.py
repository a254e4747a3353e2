"""From scene to dose: primary, scatter, uncertainty; and the second check, which shares no code with them."""
