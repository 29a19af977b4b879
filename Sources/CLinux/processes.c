#define _GNU_SOURCE
#include "CLinux.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int clinux_set_parent_death_signal(int signal) { return prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0); }

int clinux_pidfd_open(int process) { return (int)syscall(SYS_pidfd_open, process, 0); }
int clinux_pidfd_send_signal(int pidfd, int signal) {
    return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0);
}

int clinux_spawn(const char *path, char *const arguments[], int channel, int complaints) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, all;
    pid_t process = -1;
    sigemptyset(&none);
    sigfillset(&all);
    int error = posix_spawn_file_actions_init(&actions);
    if (error == 0) {
        error = posix_spawnattr_init(&attributes);
        if (error == 0) {
            error = posix_spawn_file_actions_adddup2(&actions, channel, 0);
            if (error == 0) error = posix_spawn_file_actions_adddup2(&actions, channel, 1);
            if (error == 0) error = posix_spawn_file_actions_adddup2(&actions, complaints, 2);
            if (error == 0) error = posix_spawn_file_actions_addclosefrom_np(&actions, 3);
            if (error == 0) error = posix_spawnattr_setsigmask(&attributes, &none);
            if (error == 0) error = posix_spawnattr_setsigdefault(&attributes, &all);
            if (error == 0) error = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
            if (error == 0) error = posix_spawn(&process, path, &actions, &attributes, arguments, environ);
            posix_spawnattr_destroy(&attributes);
        }
        posix_spawn_file_actions_destroy(&actions);
    }
    if (error == 0) return process;
    errno = error;
    return -1;
}

int clinux_socket_pair(int ends[2]) { return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends); }
int clinux_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

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
const char *clinux_signal_name(int number) { return sigabbrev_np(number); }
