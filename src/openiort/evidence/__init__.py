"""What trials and a programme's own results show: tables in, estimates with intervals out."""
