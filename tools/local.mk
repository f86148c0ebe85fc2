# SPDX-License-Identifier: LGPL-2.1-or-later
dist_noinst_SCRIPTS += %D%/check-layers.sh %D%/demo.sh %D%/lint.sh %D%/mutants.sh %D%/tidy.sh
EXTRA_DIST += tools/codespell-words tools/cppcheck-suppressions
dist_noinst_SCRIPTS += %D%/gen-constants.sh %D%/gen-syscalls.sh
EXTRA_DIST += %D%/constants.list %D%/newer.txt %D%/since.txt
