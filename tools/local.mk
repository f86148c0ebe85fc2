dist_noinst_SCRIPTS += %D%/check-layers.sh %D%/demo.sh %D%/lint.sh
EXTRA_DIST += tools/codespell-words tools/cppcheck-suppressions
