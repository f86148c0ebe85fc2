dist_noinst_SCRIPTS += %D%/check-layers.sh
