# Benchmarks are run by ./dev bench, never by make check.
