# SPDX-License-Identifier: LGPL-2.1-or-later
# tests/unit/FOLDER_FILE.c: one cmocka program per source file. Add a line here and nothing else.
unit_tests = \
	%D%/unit/arch_arch \
	%D%/unit/arch_constant \
	%D%/unit/arch_peers \
	%D%/unit/arch_signature \
	%D%/unit/audit_gather \
	%D%/unit/audit_reader \
	%D%/unit/audit_record \
	%D%/unit/audit_serials \
	%D%/unit/audit_state \
	%D%/unit/base_file \
	%D%/unit/base_lines \
	%D%/unit/base_map \
	%D%/unit/base_number \
	%D%/unit/base_procfs \
	%D%/unit/base_str \
	%D%/unit/cli_tail \
	%D%/unit/compat_filter \
	%D%/unit/compat_name \
	%D%/unit/compat_rule \
	%D%/unit/enforce_arches \
	%D%/unit/enforce_arrange \
	%D%/unit/enforce_cases \
	%D%/unit/enforce_compile \
	%D%/unit/enforce_cost \
	%D%/unit/enforce_cube \
	%D%/unit/enforce_dispatch \
	%D%/unit/enforce_emit \
	%D%/unit/enforce_forest \
	%D%/unit/enforce_formats \
	%D%/unit/enforce_graph \
	%D%/unit/enforce_kills \
	%D%/unit/enforce_lower \
	%D%/unit/enforce_program \
	%D%/unit/enforce_prove \
	%D%/unit/enforce_remedy \
	%D%/unit/enforce_secret \
	%D%/unit/enforce_simulate \
	%D%/unit/enforce_stack \
	%D%/unit/enforce_validate \
	%D%/unit/interop_strace \
	%D%/unit/learn_chance \
	%D%/unit/learn_danger \
	%D%/unit/learn_holdout \
	%D%/unit/learn_learn \
	%D%/unit/learn_set \
	%D%/unit/learn_shape \
	%D%/unit/policy_algebra \
	%D%/unit/policy_blend \
	%D%/unit/policy_cond \
	%D%/unit/policy_diagram \
	%D%/unit/policy_eval \
	%D%/unit/policy_lex \
	%D%/unit/policy_text \
	%D%/unit/policy_validate \
	%D%/unit/store_denials \
	%D%/unit/store_fold \
	%D%/unit/store_lineage \
	%D%/unit/store_merge \
	%D%/unit/store_recorder \
	%D%/unit/store_store \
	%D%/unit/store_tally \
	%D%/unit/tracer_buildid \
	%D%/unit/tracer_exe \
	%D%/unit/tracer_memory \
	%D%/unit/tracer_tracer \
	%D%/unit/tracer_tree
tests_unit_compat_filter_LDADD = compat/libcompat.a $(LDADD)
tests_unit_compat_name_LDADD = compat/libcompat.a $(LDADD)
tests_unit_compat_rule_LDADD = compat/libcompat.a $(LDADD)
tests_unit_arch_peers_LDADD = $(folder_libs) $(outside_libs) $(CMOCKA_LIBS) $(SECCOMP_LIBS)
tests_unit_cli_tail_SOURCES = %D%/unit/cli_tail.c cli/tail.c
tests_unit_enforce_arrange_SOURCES = %D%/unit/enforce_arrange.c fuzz/source.c
tests_unit_enforce_cases_SOURCES = %D%/unit/enforce_cases.c fuzz/source.c
tests_unit_enforce_compile_SOURCES = %D%/unit/enforce_compile.c fuzz/source.c
tests_unit_enforce_cost_SOURCES = %D%/unit/enforce_cost.c fuzz/source.c
tests_unit_enforce_stack_SOURCES = %D%/unit/enforce_stack.c fuzz/source.c
tests_unit_enforce_lower_SOURCES = %D%/unit/enforce_lower.c fuzz/source.c

# tests/live/NAME.sh: need ptrace, seccomp or a real program; exit 77 with the reason where the machine forbids it.
live_tests = \
	%D%/live/compat_header.sh \
	%D%/live/compat_programs.sh \
	%D%/live/compat_runc.sh \
	%D%/live/arch_headers.sh \
	%D%/live/diff.sh \
	%D%/live/bad-input.sh \
	%D%/live/doctor.sh \
	%D%/live/enforce_boundaries.sh \
	%D%/live/enforce_explain.sh \
	%D%/live/enforce_inject.sh \
	%D%/live/enforce_launcher.sh \
	%D%/live/enforce_probes.sh \
	%D%/live/enforce_refusals.sh \
	%D%/live/enforce_supervise.sh \
	%D%/live/filter_arches.sh \
	%D%/live/filter_tools.sh \
	%D%/live/import.sh \
	%D%/live/learn.sh \
	%D%/live/audit_refusals.sh \
	%D%/live/audit_state.sh \
	%D%/live/record_audit.sh \
	%D%/live/record_auditd.sh \
	%D%/live/record_kill.sh \
	%D%/live/record_known.sh \
	%D%/live/record_status.sh \
	%D%/live/readme.sh \
	%D%/live/rules.sh \
	%D%/live/store.sh \
	%D%/live/syscalls.sh \
	%D%/live/trace_filters.sh \
	%D%/live/trace_place.sh \
	%D%/live/trace_proc.sh \
	%D%/live/trace_signals.sh \
	%D%/live/trace_tree.sh \
	%D%/live/watch.sh \
	%D%/live/watch_loop.sh \
	%D%/live/watch_sources.sh

include tests/probes/local.mk

check_PROGRAMS += %D%/drop_rule

# tests/programs/NAME.prog: a real program recorded, witnessed, learned, enforced (tests/programs.sh).
program_tests = \
	%D%/programs/bash.prog \
	%D%/programs/busybox.prog \
	%D%/programs/coreutils.prog \
	%D%/programs/curl.prog \
	%D%/programs/file.prog \
	%D%/programs/find.prog \
	%D%/programs/gcc-make.prog \
	%D%/programs/git.prog \
	%D%/programs/int80.prog \
	%D%/programs/man.prog \
	%D%/programs/nginx.prog \
	%D%/programs/perl.prog \
	%D%/programs/python.prog \
	%D%/programs/redis.prog \
	%D%/programs/sqlite3.prog \
	%D%/programs/ssh-keygen.prog \
	%D%/programs/sshd.prog \
	%D%/programs/tar.prog \
	%D%/programs/thread-exec.prog \
	%D%/programs/threads.prog \
	%D%/programs/tmux.prog \
	%D%/programs/vfork.prog \
	%D%/programs/xz.prog
program_helpers = \
	%D%/programs/int80 \
	%D%/programs/static32 \
	%D%/programs/thread_exec \
	%D%/programs/threads \
	%D%/programs/vforks
check_PROGRAMS += $(program_helpers)
tests_programs_static32_SOURCES = %D%/programs/static32.S
tests_programs_static32_CCASFLAGS = -m32
tests_programs_static32_CFLAGS =
tests_programs_static32_LDFLAGS = -m32 -nostdlib -static
tests_programs_static32_LDADD =
tests_programs_int80_LDADD =
tests_programs_thread_exec_LDADD =
tests_programs_thread_exec_LDFLAGS = -pthread
tests_programs_threads_LDADD =
tests_programs_threads_LDFLAGS = -pthread
tests_programs_vforks_LDADD =

# What live tests run; events prints what the back end tells.
probes = \
	%D%/probes/audits \
	%D%/probes/affinity \
	%D%/probes/brood \
	%D%/probes/events \
	%D%/probes/filters \
	%D%/probes/jobs \
	%D%/probes/numbers \
	%D%/probes/server10 \
	%D%/probes/server11 \
	%D%/probes/signals \
	%D%/probes/terminal \
	%D%/probes/untraced
check_PROGRAMS += $(probes)
tests_probes_affinity_LDADD =
tests_probes_affinity_LDFLAGS = -pthread
tests_probes_brood_LDADD =
tests_probes_brood_LDFLAGS = -pthread
tests_probes_filters_LDADD =
tests_probes_filters_LDFLAGS = -pthread
tests_probes_jobs_LDADD =
tests_probes_numbers_LDADD =
# Without the sanitizers, whose own calls would be in the difference.
tests_probes_server10_SOURCES = %D%/probes/server.c
tests_probes_server10_CPPFLAGS = $(AM_CPPFLAGS) -DRELEASE=10
tests_probes_server10_CFLAGS = -std=gnu17 $(WARN_CFLAGS)
tests_probes_server10_LDFLAGS =
tests_probes_server10_LDADD =
tests_probes_server11_SOURCES = %D%/probes/server.c
tests_probes_server11_CPPFLAGS = $(AM_CPPFLAGS) -DRELEASE=11
tests_probes_server11_CFLAGS = -std=gnu17 $(WARN_CFLAGS)
tests_probes_server11_LDFLAGS =
tests_probes_server11_LDADD =
tests_probes_signals_LDADD =
tests_probes_terminal_LDADD =
tests_probes_untraced_LDADD =
TEST_EXTENSIONS = .sh .prog
PROG_LOG_COMPILER = $(top_srcdir)/tests/programs.sh

# Programs that need seccomp and judge by their exit status.
live_programs = \
	%D%/live/audit_loss \
	%D%/live/arch_kernel \
	%D%/live/kernel_machine
live_helpers = %D%/live/feed
check_PROGRAMS += $(live_programs) $(live_helpers)
tests_live_audit_loss_LDADD = $(folder_libs) $(outside_libs) -lm
tests_live_kernel_machine_SOURCES = %D%/live/kernel_machine.c fuzz/source.c fuzz/program.c

# Checks of the sources themselves, and of the manual.
static_tests = tools/check-layers.sh %D%/manual.sh

# Snapshots: one runner for all.
case_tests = %D%/cases.sh
check_PROGRAMS += %D%/print_policy

if HAVE_CMOCKA
check_PROGRAMS += $(unit_tests)
TESTS += $(unit_tests)
else
check-local:
	@echo 'The unit tests are left out: cmocka is missing.'
endif
TESTS += $(static_tests) $(case_tests) $(live_tests) $(live_programs) $(program_tests)
LDADD = $(folder_libs) $(outside_libs) $(CMOCKA_LIBS)

# The folder of the wont that is tested; another than this build's for ./dev asan.
tests_wont = $(abs_top_builddir)
# What nohup(1) or a shell's & ignores, every program would inherit.
AM_TESTS_ENVIRONMENT = \
	top_srcdir='$(abs_top_srcdir)'; export top_srcdir; \
	top_builddir='$(abs_top_builddir)'; export top_builddir; \
	PATH='$(tests_wont)':$$PATH; export PATH; \
	env --default-signal
noinst_HEADERS = %D%/unit/compiled.h %D%/unit/events.h %D%/unit/learned.h %D%/unit/parsed.h %D%/unit/random.h %D%/unit/sighting.h %D%/unit/unit.h
EXTRA_DIST += %D%/manual.sh %D%/cases %D%/live/compat_probe.c %D%/live/auditd.sh %D%/live/expect.sh %D%/live/live.sh $(live_tests) $(case_tests) $(program_tests) \
	%D%/programs.sh %D%/programs/strace.awk %D%/programs/witness.bt
