"""What trials show: published results rebuilt, estimates with their intervals."""
