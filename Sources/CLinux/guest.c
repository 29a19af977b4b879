#define _GNU_SOURCE
#include "CLinux.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/random.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/reboot.h>
#include <sys/syscall.h>
#include <unistd.h>

// getrandom(2) fails with ENOSYS, as in a kernel without it; all other calls are allowed.
static int refuse_random(void) {
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getrandom, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {.len = sizeof filter / sizeof *filter, .filter = filter};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1) return -1;
    return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_SPEC_ALLOW, &program);
}

static int become_guest(int parent, const char *directory, int output, int processor) {
    sigset_t none;
    sigemptyset(&none);
    if (sigprocmask(SIG_SETMASK, &none, NULL) == -1) return -1;
    for (int signal_number = 1; signal_number < 32; signal_number++) signal(signal_number, SIG_DFL);
    if (setpgid(0, 0) == -1 || prctl(PR_SET_PDEATHSIG, SIGKILL) == -1) return -1;
    if (getppid() != parent) _exit(127);
    if (chdir(directory) == -1) return -1;
    if (processor >= 0) {
        cpu_set_t set;
        CPU_ZERO(&set);
        CPU_SET(processor, &set);
        if (sched_setaffinity(0, sizeof set, &set) == -1) return -1;
    }
    // Containers may refuse it; the guest's own addresses do not depend on it.
    if (personality(ADDR_NO_RANDOMIZE) == -1 && errno != EPERM) return -1;
    int null = open("/dev/null", O_RDONLY);
    if (null == -1 || dup2(null, 0) == -1 || dup2(output, 1) == -1 || dup2(output, 2) == -1) return -1;
    // Best effort, for descriptors of libraries (since Linux 5.11): our own are all closed on exec.
    close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
    return refuse_random();
}

int clinux_start_guest(const char *path, char *const arguments[], char *const environment[], const char *directory,
                       int output, int processor, int *report) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) == -1) return -1;
    int parent = getpid();
    int child = fork();
    if (child == 0) {
        if (become_guest(parent, directory, output, processor) == 0) execve(path, arguments, environment);
        int error = errno;
        if (write(ends[1], &error, sizeof error) == -1) _exit(126);
        _exit(127);
    }
    int error = errno;
    // The parent sets it too, so that the group can be killed from now on; once the child has done both steps, this
    // call is refused and not needed.
    if (child != -1) setpgid(child, child);
    close(ends[1]);
    if (child == -1) close(ends[0]);
    *report = ends[0];
    errno = error;
    return child;
}

int clinux_allowed_processors(int *processors, int count) {
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == -1) return -1;
    int found = 0;
    for (int processor = 0; processor < CPU_SETSIZE && found < count; processor++)
        if (CPU_ISSET(processor, &set)) processors[found++] = processor;
    return found;
}

int clinux_mount(const char *source, const char *target, const char *type, int read_only, const char *options) {
    return mount(source, target, type, MS_NOSUID | MS_NODEV * (strcmp(type, "devtmpfs") != 0) | (read_only ? MS_RDONLY : 0), options);
}

int clinux_power_off(void) { return reboot(RB_POWER_OFF); }

// The bytes are credited as entropy, so that the generator is keyed from them at once.
int clinux_seed_random(const void *bytes, int count) {
    union {
        struct rand_pool_info info;
        unsigned char room[sizeof(struct rand_pool_info) + 64];
    } pool;
    if (count > 64) {
        errno = EINVAL;
        return -1;
    }
    pool.info.entropy_count = count * 8;
    pool.info.buf_size = count;
    memcpy(pool.info.buf, bytes, (size_t)count);
    int descriptor = open("/dev/random", O_RDWR | O_CLOEXEC);
    if (descriptor == -1) return -1;
    int result = ioctl(descriptor, RNDADDENTROPY, &pool.info);
    if (result == 0) result = ioctl(descriptor, RNDRESEEDCRNG);
    int error = errno;
    close(descriptor);
    errno = error;
    return result;
}
