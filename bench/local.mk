# Benchmarks are run by ./dev bench, never by make check. `make bench` builds what they need.
bench_programs = tests/live/feed
EXTRA_PROGRAMS += $(bench_programs)
.PHONY: bench
bench: all $(bench_programs)
EXTRA_DIST += bench/record.sh bench/store.sh
