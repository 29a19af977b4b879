#include "CLinux.h"
#include <linux/tcp.h>
#include <string.h>

// linux/tcp.h cannot be included together with netinet/in.h's socket constants, so IPPROTO_TCP is spelled out.
const int clinux_sol_tcp = 6, clinux_tcp_nodelay = TCP_NODELAY, clinux_tcp_keepidle = TCP_KEEPIDLE,
          clinux_tcp_keepintvl = TCP_KEEPINTVL, clinux_tcp_keepcnt = TCP_KEEPCNT,
          clinux_tcp_user_timeout = TCP_USER_TIMEOUT, clinux_tcp_syncnt = TCP_SYNCNT;

void clinux_decode_tcp_info(const void *bytes, size_t length, struct clinux_tcp_state *state) {
    struct tcp_info info;
    memset(&info, 0, sizeof info);
    memcpy(&info, bytes, length < sizeof info ? length : sizeof info);
    *state = (struct clinux_tcp_state){
        .state = info.tcpi_state,
        .ca_state = info.tcpi_ca_state,
        .retransmits = info.tcpi_retransmits,
        .probes = info.tcpi_probes,
        .backoff = info.tcpi_backoff,
        .options = info.tcpi_options,
        .rto_us = info.tcpi_rto,
        .unacked = info.tcpi_unacked,
        .last_data_sent_ms = info.tcpi_last_data_sent,
        .last_data_recv_ms = info.tcpi_last_data_recv,
        .last_ack_recv_ms = info.tcpi_last_ack_recv,
        .rtt_us = info.tcpi_rtt,
        .rttvar_us = info.tcpi_rttvar,
        .bytes_acked = info.tcpi_bytes_acked,
        .bytes_received = info.tcpi_bytes_received,
        .bytes_sent = info.tcpi_bytes_sent,
        .segs_out = info.tcpi_segs_out,
        .segs_in = info.tcpi_segs_in,
        .total_retrans = info.tcpi_total_retrans,
    };
}
