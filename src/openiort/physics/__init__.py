"""One photon interaction a file: pure functions, one source for CPU and GPU."""
