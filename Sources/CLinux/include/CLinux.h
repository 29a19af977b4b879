// What Glibc's Swift module map misses: syscalls, structs and constants of Linux, as plain C functions.
// Every function returns what its system call returns: -1 with errno set on failure.
#ifndef FLATLINE_CLINUX_H
#define FLATLINE_CLINUX_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// Namespaces: unshare(2), setns(2).
int clinux_unshare_network(void);
int clinux_unshare_user(void);
int clinux_enter_network(int descriptor);

// close_range(2): the calling thread gets a table of descriptors of its own, with only 0 to 2 in it.
int clinux_unshare_descriptors(void);

// Processes: prctl(2), sched(7).
int clinux_set_parent_death_signal(int signal);
int clinux_set_thread_idle_priority(void);
// pidfd_open(2), pidfd_send_signal(2): a process by descriptor, so that no other process of the same number is hit.
int clinux_pidfd_open(int process);
int clinux_pidfd_send_signal(int pidfd, int signal);

// Starts a program that gets no random bytes from the kernel: in a process group of its own, bound to one processor
// (-1: to none), in `directory`, killed when the calling thread ends, with getrandom(2) refused (seccomp(2)) and no
// address randomization (personality(2)). Standard input is /dev/null, standard output and error are `output`. Not done
// by a spawning library, since none offers these steps between fork(2) and execve(2). Returns the process, for which
// this thread must wait; -1 on failure. `*report` is then a pipe: it ends when the program runs, or holds the errno (an
// int) of the step that failed.
int clinux_start_guest(const char *path, char *const arguments[], char *const environment[], const char *directory,
                       int output, int processor, int *report);

// posix_spawn(3): standard input and output are `channel`, standard error is `complaints`, no other descriptor is
// inherited, and signals are reset to their defaults. Returns the process; -1 on failure. The program may tie itself to
// the calling thread (PR_SET_PDEATHSIG), which must then live as long.
int clinux_spawn(const char *path, char *const arguments[], int channel, int complaints);

// socketpair(2) of stream sockets and pipe2(2), closed on exec.
int clinux_socket_pair(int ends[2]);
int clinux_pipe(int ends[2]);

// The processors this process may run on, by number; returns how many were written, -1 on failure.
int clinux_allowed_processors(int *processors, int count);

// For guests only: mount(2), reboot(2) to power off, and seeding the random number generator (random(4)).
int clinux_mount(const char *source, const char *target, const char *type, int read_only, const char *options);
int clinux_power_off(void);
int clinux_seed_random(const void *bytes, int count);

// renameat2(2), RENAME_EXCHANGE: two directories change places.
int clinux_exchange(const char *first, const char *second);

// Whether this process may trace its children, as a user-mode kernel does with its programs (ptrace(2),
// PTRACE_SYSEMU): 0, or -1 with errno of the step that failed.
int clinux_try_tracing(void);

// epoll(7): level-triggered, one 64-bit token per descriptor.
struct clinux_epoll_event {
    uint32_t events;
    uint64_t token;
};
extern const uint32_t clinux_epollin, clinux_epollout, clinux_epollerr, clinux_epollhup;
int clinux_epoll_create(void);
int clinux_epoll_add(int epoll, int descriptor, uint32_t events, uint64_t token);
int clinux_epoll_modify(int epoll, int descriptor, uint32_t events, uint64_t token);
// The largest number of events at a time.
#define CLINUX_EPOLL_EVENTS 4096
int clinux_epoll_wait(int epoll, struct clinux_epoll_event *events, int count, int timeout_ms);

// timerfd(2) on CLOCK_MONOTONIC; 0 ns disarms.
int clinux_timer_create(void);
int clinux_timer_set_absolute(int timer, int64_t monotonic_ns);

// eventfd(2): blocking or not, closed on exec.
int clinux_event_create(int blocking);

// A thread's CPU clock, in nanoseconds; -1 on failure.
int64_t clinux_thread_cpu_ns(uint64_t pthread);

// errno, which may change between calls in Swift; and its symbolic name ("ETIMEDOUT"), NULL if unknown.
int clinux_errno(void);
const char *clinux_errno_name(int code);
/// sigabbrev_np(3): `KILL`; NULL if the number is no signal.
const char *clinux_signal_name(int number);

// Socket options and levels that Glibc's module does not export.
extern const int clinux_sol_tcp, clinux_tcp_nodelay, clinux_tcp_keepidle, clinux_tcp_keepintvl, clinux_tcp_keepcnt,
    clinux_tcp_user_timeout, clinux_tcp_syncnt;

// accept4(2) with SOCK_NONBLOCK and SOCK_CLOEXEC, without the peer's address.
int clinux_accept(int listener);

// rtnetlink(7): a non-blocking socket of NETLINK_ROUTE, subscribed to the groups of the mask.
extern const uint32_t clinux_rtmgrp_link, clinux_rtmgrp_ipv4_ifaddr, clinux_rtmgrp_ipv6_ifaddr, clinux_rtmgrp_ipv4_route,
    clinux_rtmgrp_ipv6_route;
struct clinux_link_change {
    int32_t interface;
    int32_t has_carrier;
};
int clinux_netlink_open(uint32_t groups);
// Reads one datagram of announcements: how many links changed in it.
ssize_t clinux_netlink_read_links(int netlink, struct clinux_link_change *changes, size_t capacity);
// Asks for a link (RTM_GETLINK), and for the interface of a route (RTM_GETROUTE).
int clinux_netlink_link(int netlink, int32_t interface, struct clinux_link_change *change);
int clinux_netlink_route(int netlink, int family, const uint8_t *destination, const uint8_t *source,
                         int32_t *interface);

// The fields of struct tcp_info (linux/tcp.h) that Flatline uses. A field the running kernel does not report is 0.
struct clinux_tcp_state {
    uint8_t state, ca_state, retransmits, probes, backoff, options;
    uint32_t rto_us, unacked, last_data_sent_ms, last_data_recv_ms, last_ack_recv_ms, rtt_us, rttvar_us;
    uint64_t bytes_acked, bytes_received, bytes_sent;
    uint32_t segs_out, segs_in, total_retrans;
};
// Decodes `length` bytes of struct tcp_info, as returned by getsockopt(TCP_INFO) or INET_DIAG_INFO.
void clinux_decode_tcp_info(const void *bytes, size_t length, struct clinux_tcp_state *state);

#endif
