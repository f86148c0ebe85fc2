# Each target is fuzz/NAME.c with LLVMFuzzerTestOneInput and a corpus fuzz/NAME.in/. --enable-fuzzers links them with
# libFuzzer; `make check` links them with fuzz/replay.c and runs the corpus.
