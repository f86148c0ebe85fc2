# tests/unit/FOLDER_FILE.c: one cmocka program per source file. Add a line here and nothing else.
unit_tests = \
	%D%/unit/base_map \
	%D%/unit/base_str \
	%D%/unit/policy_diagram

# tests/live/NAME.sh: need ptrace, seccomp or a real program; exit 77 with the reason where the machine forbids it.
live_tests =

# Checks of the sources themselves.
static_tests = tools/check-layers.sh

# Snapshots: one runner for all.
case_tests =

if HAVE_CMOCKA
check_PROGRAMS += $(unit_tests)
endif
TESTS += $(static_tests) $(unit_tests) $(case_tests) $(live_tests)
LDADD = $(folder_libs) $(outside_libs) $(CMOCKA_LIBS) $(AUDIT_LIBS)

AM_TESTS_ENVIRONMENT = \
	top_srcdir='$(abs_top_srcdir)'; export top_srcdir; \
	top_builddir='$(abs_top_builddir)'; export top_builddir; \
	PATH='$(abs_top_builddir)':$$PATH; export PATH;
EXTRA_DIST += $(live_tests) $(case_tests)
