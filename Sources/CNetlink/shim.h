// libnl-3 and libnl-route-3, with the constants that are macros Swift cannot import.
#ifndef FLATLINE_CNETLINK_H
#define FLATLINE_CNETLINK_H

#include <string.h>
#include <linux/if_ether.h>
#include <linux/gen_stats.h>
#include <linux/if_link.h>
#include <linux/inet_diag.h>
#include <linux/ip.h>
#include <linux/netlink.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/tc_act/tc_mirred.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>
#include <netlink/msg.h>
#include <netlink/attr.h>
#include <netlink/addr.h>
#include <netlink/route/link.h>
#include <netlink/route/link/inet.h>
#include <netlink/route/link/inet6.h>
#include <netlink/route/link/veth.h>
#include <netlink/route/addr.h>
#include <netlink/route/route.h>
#include <netlink/route/nexthop.h>
#include <netlink/route/tc.h>
#include <netlink/route/classifier.h>
#include <netlink/route/cls/u32.h>
#include <netlink/route/action.h>
#include <netlink/route/act/mirred.h>

static const uint32_t cnetlink_tc_h_root = TC_H_ROOT;
static const uint32_t cnetlink_tc_h_clsact = TC_H_CLSACT;
static const uint32_t cnetlink_clsact_handle = 0xFFFF0000U;
static const uint32_t cnetlink_clsact_ingress = TC_H_MAKE(TC_H_CLSACT, TC_H_MIN_INGRESS);
static const int cnetlink_tc_act_stolen = TC_ACT_STOLEN;

// rtnl_tc_* functions take the common base of classifiers and actions: TC_CAST.
static inline struct rtnl_tc *cnetlink_tc_of_classifier(struct rtnl_cls *classifier) { return TC_CAST(classifier); }
static inline struct rtnl_tc *cnetlink_tc_of_action(struct rtnl_act *action) { return TC_CAST(action); }

// The request for TCP connections of one family in state ESTABLISHED or later, with their struct tcp_info.
static inline void cnetlink_fill_inet_diag_request(struct inet_diag_req_v2 *request, uint8_t family, uint32_t states) {
    memset(request, 0, sizeof *request);
    request->sdiag_family = family;
    request->sdiag_protocol = 6; // IPPROTO_TCP
    request->idiag_ext = 1 << (INET_DIAG_INFO - 1);
    request->idiag_states = states;
}

#endif
