package main

/*
#define _GNU_SOURCE
#include <features.h>
#include <pthread.h>
#include <string.h>

// Recognisers need room on the stack, and only child processes run them, whose
// first argument is "worker". The threads of all others get by with a megabyte
// in place of eight, and start where ulimit -v leaves little. This runs before
// any thread is there.
__attribute__((constructor)) static void small_stacks(int argc, char **argv) {
#ifdef __GLIBC__
	pthread_attr_t a;
	if (argc > 1 && strcmp(argv[1], "worker") == 0)
		return;
	if (pthread_getattr_default_np(&a) != 0)
		return;
	pthread_attr_setstacksize(&a, 1 << 20);
	pthread_setattr_default_np(&a);
	pthread_attr_destroy(&a);
#endif
}
*/
import "C"
