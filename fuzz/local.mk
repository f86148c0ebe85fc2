# SPDX-License-Identifier: LGPL-2.1-or-later
# Each target is fuzz/NAME.c with LLVMFuzzerTestOneInput and a corpus fuzz/NAME.in/. --enable-fuzzers links them with
# libFuzzer; `make check` links them with fuzz/replay.c and runs the corpus. Add a target: one line in fuzz_targets, its
# sources, its corpus.
fuzz_targets = \
	%D%/algebra \
	%D%/audit_record \
	%D%/compile \
	%D%/import \
	%D%/policy_parse \
	%D%/prove \
	%D%/simulate

if FUZZERS
fuzz_main =
fuzz_flags = -fsanitize=fuzzer
EXTRA_PROGRAMS += $(fuzz_targets)
CLEANFILES += $(fuzz_targets)
else
fuzz_main = %D%/replay.c
fuzz_flags =
check_PROGRAMS += $(fuzz_targets)
TESTS += $(fuzz_targets)
endif

fuzz_source = %D%/source.c %D%/source.h

# No fuzzer of bytes but a long run over random policies, the kernel included: ./dev fuzz gives it time, make check a
# fixed share.
check_PROGRAMS += %D%/agree
TESTS += %D%/agree
fuzz_agree_SOURCES = %D%/agree.c %D%/kernel.c %D%/kernel.h $(fuzz_source)

# The same for libseccomp's interface: our library and the system's side by side.
check_PROGRAMS += %D%/compat
TESTS += %D%/compat
fuzz_compat_SOURCES = %D%/compat.c %D%/draw.c %D%/draw.h %D%/expected.c %D%/expected.h %D%/library.c %D%/library.h
EXTRA_fuzz_compat_DEPENDENCIES = compat/libseccomp.so.2

fuzz_algebra_SOURCES = %D%/algebra.c $(fuzz_source) $(fuzz_main)
fuzz_algebra_LDFLAGS = $(AM_LDFLAGS) $(fuzz_flags)
fuzz_audit_record_SOURCES = %D%/audit_record.c $(fuzz_main)
fuzz_audit_record_LDFLAGS = $(AM_LDFLAGS) $(fuzz_flags)
fuzz_compile_SOURCES = %D%/compile.c $(fuzz_source) $(fuzz_main)
fuzz_compile_LDFLAGS = $(AM_LDFLAGS) $(fuzz_flags)
fuzz_import_SOURCES = %D%/import.c $(fuzz_main)
fuzz_import_LDFLAGS = $(AM_LDFLAGS) $(fuzz_flags)
fuzz_policy_parse_SOURCES = %D%/policy_parse.c $(fuzz_main)
fuzz_policy_parse_LDFLAGS = $(AM_LDFLAGS) $(fuzz_flags)
fuzz_prove_SOURCES = %D%/prove.c %D%/program.c %D%/program.h $(fuzz_source) $(fuzz_main)
fuzz_prove_LDFLAGS = $(AM_LDFLAGS) $(fuzz_flags)
fuzz_simulate_SOURCES = %D%/simulate.c %D%/program.c %D%/program.h $(fuzz_source) $(fuzz_main)
fuzz_simulate_LDFLAGS = $(AM_LDFLAGS) $(fuzz_flags)

fuzzers: $(fuzz_targets)
.PHONY: fuzzers

EXTRA_DIST += %D%/replay.c $(fuzz_targets:=.in)
