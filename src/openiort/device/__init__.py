"""What irradiates: source, applicator, output and dose scales, catalogue."""
