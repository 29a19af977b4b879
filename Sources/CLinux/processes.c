#define _GNU_SOURCE
#include "CLinux.h"
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int clinux_set_parent_death_signal(int signal) { return prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0); }

int clinux_pidfd_open(int process) { return (int)syscall(SYS_pidfd_open, process, 0); }
int clinux_pidfd_send_signal(int pidfd, int signal) {
    return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0);
}

int clinux_set_thread_idle_priority(void) {
    struct sched_param parameter = {.sched_priority = 0};
    // 0 is the calling thread: sched_setscheduler(2) acts on threads, not processes.
    return sched_setscheduler(0, SCHED_IDLE, &parameter);
}


int64_t clinux_thread_cpu_ns(uint64_t pthread) {
    clockid_t clock;
    struct timespec time;
    if (pthread_getcpuclockid((pthread_t)pthread, &clock) != 0 || clock_gettime(clock, &time) != 0) return -1;
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

int clinux_errno(void) { return errno; }
const char *clinux_errno_name(int code) { return strerrorname_np(code); }
