#define _GNU_SOURCE
#include "CLinux.h"
#include <linux/close_range.h>
#include <sched.h>
#include <unistd.h>

int clinux_unshare_network(void) { return unshare(CLONE_NEWNET); }
int clinux_unshare_user(void) { return unshare(CLONE_NEWUSER); }
int clinux_enter_network(int descriptor) { return setns(descriptor, CLONE_NEWNET); }

int clinux_unshare_descriptors(void) { return close_range(3, ~0U, CLOSE_RANGE_UNSHARE); }
