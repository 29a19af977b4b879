#define _GNU_SOURCE
#include "CLinux.h"
#include <errno.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

int clinux_try_tracing(void) {
    int child = fork();
    if (child == -1) return -1;
    if (child == 0) {
        if (ptrace(PTRACE_TRACEME, 0, 0, 0) == -1) _exit(errno);
        // Stops until the parent continues it; if the parent cannot, it kills the child here.
        raise(SIGSTOP);
        getppid();
        _exit(0);
    }
    int status, error = 0;
    if (waitpid(child, &status, 0) == -1) return -1;
    // TRACEME was refused: the child has exited with the reason.
    if (WIFEXITED(status)) {
        errno = WEXITSTATUS(status);
        return -1;
    }
    if (ptrace(PTRACE_SYSEMU, child, 0, 0) == -1) error = errno;
    kill(child, SIGKILL);
    while (waitpid(child, &status, 0) == child && !WIFEXITED(status) && !WIFSIGNALED(status)) {}
    errno = error;
    return error == 0 ? 0 : -1;
}
