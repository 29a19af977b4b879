#define _GNU_SOURCE
#include "CLinux.h"
#include <errno.h>
#include <linux/if.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

const uint32_t clinux_rtmgrp_link = RTMGRP_LINK, clinux_rtmgrp_ipv4_ifaddr = RTMGRP_IPV4_IFADDR,
               clinux_rtmgrp_ipv6_ifaddr = RTMGRP_IPV6_IFADDR, clinux_rtmgrp_ipv4_route = RTMGRP_IPV4_ROUTE,
               clinux_rtmgrp_ipv6_route = RTMGRP_IPV6_ROUTE;

// The kernel's largest datagram: NLMSG_GOODSIZE is less, and a link's description fits in it.
enum { BUFFER = 32768 };

int clinux_netlink_open(uint32_t groups) {
    int netlink = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
    if (netlink < 0) return -1;
    struct sockaddr_nl address = {.nl_family = AF_NETLINK, .nl_groups = groups};
    if (bind(netlink, (struct sockaddr *)&address, sizeof address) < 0) {
        int reason = errno;
        close(netlink);
        errno = reason;
        return -1;
    }
    return netlink;
}

// Whether the message describes a link; those of other families describe bridge ports or IPv6's view.
static int describes_link(const struct nlmsghdr *header, struct clinux_link_change *change) {
    if (header->nlmsg_type != RTM_NEWLINK && header->nlmsg_type != RTM_DELLINK) return 0;
    const struct ifinfomsg *link = NLMSG_DATA(header);
    if (header->nlmsg_len < NLMSG_LENGTH(sizeof *link) || link->ifi_family != AF_UNSPEC) return 0;
    change->interface = link->ifi_index;
    const unsigned carrier = IFF_RUNNING | IFF_LOWER_UP;
    change->has_carrier = header->nlmsg_type == RTM_NEWLINK && (link->ifi_flags & carrier) == carrier;
    return 1;
}

ssize_t clinux_netlink_read_links(int netlink, struct clinux_link_change *changes, size_t capacity) {
    _Alignas(struct nlmsghdr) char buffer[BUFFER];
    ssize_t size = recv(netlink, buffer, sizeof buffer, 0);
    if (size < 0) return -1;
    size_t count = 0;
    unsigned rest = size;
    for (struct nlmsghdr *header = (struct nlmsghdr *)buffer; NLMSG_OK(header, rest) && count < capacity;
         header = NLMSG_NEXT(header, rest))
        count += describes_link(header, &changes[count]);
    return count;
}

// Sends a request and receives its one answer, which the kernel has queued by the time send(2) returns.
static ssize_t ask(int netlink, struct nlmsghdr *request, char *buffer) {
    static const struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
    if (sendto(netlink, request, request->nlmsg_len, 0, (const struct sockaddr *)&kernel, sizeof kernel) < 0) return -1;
    ssize_t size = recv(netlink, buffer, BUFFER, 0);
    if (size < 0) return -1;
    const struct nlmsghdr *header = (const struct nlmsghdr *)buffer;
    if (!NLMSG_OK(header, (unsigned)size)) {
        errno = EBADMSG;
        return -1;
    }
    if (header->nlmsg_type == NLMSG_ERROR) {
        errno = -((const struct nlmsgerr *)NLMSG_DATA(header))->error;
        return -1;
    }
    return size;
}

int clinux_netlink_link(int netlink, int32_t interface, struct clinux_link_change *change) {
    struct {
        struct nlmsghdr header;
        struct ifinfomsg link;
    } request = {.header = {.nlmsg_len = sizeof request, .nlmsg_type = RTM_GETLINK, .nlmsg_flags = NLM_F_REQUEST},
                 .link = {.ifi_family = AF_UNSPEC, .ifi_index = interface}};
    _Alignas(struct nlmsghdr) char buffer[BUFFER];
    if (ask(netlink, &request.header, buffer) < 0) return -1;
    if (describes_link((struct nlmsghdr *)buffer, change)) return 0;
    errno = EBADMSG;
    return -1;
}

static void add_attribute(struct nlmsghdr *header, int type, const void *bytes, size_t size) {
    struct rtattr *attribute = (struct rtattr *)((char *)header + NLMSG_ALIGN(header->nlmsg_len));
    attribute->rta_type = type;
    attribute->rta_len = RTA_LENGTH(size);
    memcpy(RTA_DATA(attribute), bytes, size);
    header->nlmsg_len = NLMSG_ALIGN(header->nlmsg_len) + RTA_ALIGN(attribute->rta_len);
}

int clinux_netlink_route(int netlink, int family, const uint8_t *destination, const uint8_t *source,
                         int32_t *interface) {
    const size_t size = family == AF_INET ? 4 : 16;
    struct {
        struct nlmsghdr header;
        struct rtmsg route;
        char attributes[64];
    } request = {.header = {.nlmsg_len = NLMSG_LENGTH(sizeof request.route),
                            .nlmsg_type = RTM_GETROUTE,
                            .nlmsg_flags = NLM_F_REQUEST},
                 .route = {.rtm_family = family, .rtm_dst_len = size * 8, .rtm_src_len = size * 8}};
    add_attribute(&request.header, RTA_DST, destination, size);
    add_attribute(&request.header, RTA_SRC, source, size);
    _Alignas(struct nlmsghdr) char buffer[BUFFER];
    if (ask(netlink, &request.header, buffer) < 0) return -1;
    struct nlmsghdr *header = (struct nlmsghdr *)buffer;
    const struct rtmsg *route = NLMSG_DATA(header);
    // Where IPv4 answers with an error, IPv6 answers with a route that leads nowhere.
    if (route->rtm_type == RTN_UNREACHABLE || route->rtm_type == RTN_BLACKHOLE || route->rtm_type == RTN_PROHIBIT) {
        errno = EHOSTUNREACH;
        return -1;
    }
    int rest = RTM_PAYLOAD(header);
    for (struct rtattr *attribute = RTM_RTA(route); RTA_OK(attribute, rest); attribute = RTA_NEXT(attribute, rest))
        if (attribute->rta_type == RTA_OIF) {
            memcpy(interface, RTA_DATA(attribute), sizeof *interface);
            return 0;
        }
    errno = ENODEV;
    return -1;
}
