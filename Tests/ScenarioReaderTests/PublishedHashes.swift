/// Every scenario that was shipped and every example of a fault or mechanism, after the digits of its hash.
let publishedHashes = #"""
  01f46811b6fccf08 flapping
  02d46e5358e7a54d adaptive: {from: 1s, to: 10s, step: 500ms, successes: 1, timeout: 2s, transport: udp}
  04da3b86c7638091 user-timeout: {timeout: 1500ms}
  04edaea2b7ea2212 idle-starved
  0528d70ffc58b87a busy-starved
  06211c3d514e0377 idle-throttle
  06fe3f9da05888e8 at: 3s, inject: address-change
  0b29c0bf8b97b524 herd-immediate
  0cf9309b853e3402 busy-address-change
  0d29aac12c07c2de busy-cable-pull-client
  0f740b914583e678 at: 3s, inject: impair, cable: server, delay: 300ms, jitter: 50ms, distribution: normal, loss: 5%
  10e3167668e8f668 nat-limit-7440s
  14d2e42884019cdf heartbeat: {interval: 1s, timeout: 3s}
  14dd884a4cd02675 busy-interface-down
  16b8f6d9dcc57f47 fidelity-firewall-reset
  19da4a22b4d31649 link-monitor
  1a1529a4a4975231 busy-nat-flush-loose
  1fbf62b79f16db0b reference-user-timeout-idle
  2074df8fb3b78ccf reference-kernel-lives-saturated
  21ba181afe7873f1 nat-limit-900s
  250187799cd90a66 fidelity-stall
  26000194d1ab30a6 both-sides-push
  26ddf99e4d0a32c8 impair-changing
  2c2256bf24ed9755 reference-connect-silence
  2f6cf3fdf651f75c reference-rto-max
  2fb592270d75ed3f failover-same-server-immediate
  31a958498a7e321c heartbeat: {name: udp, interval: 1s, timeout: 3s, transport: udp, responder: event-loop, depth: shallow, mode: watch}
  31edb52db9361a96 busy-cable-pull-server
  331599524d59a125 idle-process-stop
  3445b09a45cb13da busy-stall
  3611596c5bc79530 nat-limit-350s
  3887ebede8a09ce6 cable-pull
  3aa7f0a34f0f810d busy-nat-rebind
  3b57462d486de99b at: 3s, inject: firewall-reject
  3f3d579ada8eefa9 idle-nat-flush-strict
  43fd377e2b61565f accuracy-hour
  4616feeaaf541565 lying-heartbeat
  4736a1913b967966 at: 3s, inject: router-crash
  47d06270a0406ceb overlapping
  4b029c0aa09556c9 idle-nat-rebind
  4e86131a00bb4f31 at: 3s, inject: host-crash
  4ffcc887f3bb3235 nat-rebind
  50c6bd63637c9158 at: 3s, inject: interface-down, host: client
  50e49ab3dfbe986a fidelity-wheel-busy
  51174e00ca2711fe fidelity-cable-pull-busy
  5321ffdab04b6513 at: 3s, inject: nat-rebind
  55db2987c7361c29 client-crash
  5603d90c33d000bc at: 2s, inject: cable-pull
  5604be3c2f8ecb55 at: 3s, inject: firewall-reject, with: admin-prohibited
  561fa03120cb477b impair-loss
  57645f77620f4b73 idle-interface-down
  58fbd5b5a4fc7d2f busy-firewall-reject-reset
  598f8a5852bb0a48 reference-keepalive-router-gone
  5a32e9724886df37 reference-heartbeat
  5b7ba6d8825794a8 busy-nat-timeout
  5df8f8db46b0b167 reference-heartbeat-stopped
  5e300ef55c157e63 stall
  5fd23bd4da2a4750 phi-accrual: {interval: 1s, threshold: 1.5, window: 1000, minDeviation: 10ms, responder: io-thread, depth: worker}
  605606cfc6ef0f4e reference-kernel-lives-stopped
  61bbe62cd2064735 host-reboot
  61e91d6d76d88bd3 keepalive-default
  630b73f5c3eb6e75 busy-throttle
  6330e72f66635d39 at: 3s, inject: nat-timeout, after: 2s
  6570f34b1bf8f4f5 cloudflare-zero-window
  65ad5ca4c36803d1 keepalive: {idle: 1s, interval: 2s, probes: 3, userTimeout: 4s, mode: act, observer: server}
  65b7a57c87e3d8b7 busy-host-crash
  665efb344e8f01f3 none
  666bf0eafc97c396 connect: {interval: 2s}
  68ae84d30a74c807 link-monitor: {mode: watch, observer: server}
  6aa36c224ee9fd81 busy-nat-flush-strict
  6ae3de65bceccf0f idle-blackhole
  6b3a8057e1b01d0f listen-overflow
  6b5fc1d7bd821438 busy-connection-cable-pull
  6eecc414887707bf busy-router-restart
  6fdd745e19bb58e1 busy-host-reboot
  73e409958eb96b9e at: 3s, inject: host-crash, host: client
  74413262bbb934f7 nat-limit-240s
  744ed96a46cf9145 none: {name: control, observer: both}
  7494a1e6aa876ecd nat-timeout
  74dc7ddc5d25d562 connect: {interval: 2s, synRetries: 1, userTimeout: 3s, timeout: 500ms}
  762ed637b873af4e idle-firewall-reject-icmp
  79dd34e2eff87532 at: 3s, inject: cable-pull, for: 500ms, every: 2s, times: 5
  7bb064d724970283 at: 3s, inject: process-kill
  7c6318b7b91c884d router-crash
  7d16d584cb22fd1e idle-busy-loop
  7ef8b6cfb8a36f8c busy-firewall-reject-icmp
  8094825474a573df at: 3s, inject: process-stop, host: client, for: 5s
  83df0c451124da14 at: 3s, inject: nat-flush, loose: false
  84e1f56b1f033fb3 at: 3s, inject: host-reboot, downtime: 2s
  85e6dc1a319961e6 overload: {interval: 1s, timeout: 3s}
  861d3f2d41fc72e0 reference-keepalive-forwarding-off
  88b60ff1541d7b19 idle-host-reboot
  88d472d39ac27f09 request-timeout
  89efd953b90010e1 busy-stuck-worker
  8d174d360c4013fb accrual
  8e12aa963c7fe12d reference-keepalive-silence
  8e7b29dfdef2b3f9 chen: {interval: 1s, margin: 500ms}
  938a1ad927ed0669 retransmission: {retries2: 5, rtoMax: 1s}
  93968af7006717fb busy-listen-overflow
  946f2633bfd9c049 chen: {interval: 1s, margin: 500ms, window: 10, mode: watch, observer: both}
  955ebf5d03a7a58d nat-flush-strict
  95633ff18e6438af cpu-saturation
  96c9a437927969f9 interface-down
  977c51a74f323d7c phi-accrual: {interval: 1s}
  980e9d97e39be138 monitor-own-cable
  9873d30f95dd367b at: 3s, inject: cable-pull, cable: client
  9ad135a7bd855b6c fidelity-router-restart
  9b8102b8f66f40d1 cpu-saturation-busy
  9c21679032edacc5 reference-user-timeout-pending
  9c45625a2dcf77fb throttle
  9cde243de3ad429a adaptive
  9d19387a74ca3d88 failover-same-server-backoff
  9e01174fb0b2693f fidelity-process-kill
  9e90ba3d91ecadc5 herd-backoff
  9f626e08083fed67 idle-firewall-drop
  a02754e6dce94310 cloudflare-connect
  a0e80b86c7d299f4 idle-address-change
  a2fe1b22da3447aa busy-slow-reader
  a3c519205d91abdd retransmission: {}
  a3e35f261677ea3b trickle
  a4c467921a48af71 cable-pull-replug-requests
  a5372d54a42cc300 fidelity-nat-timeout
  a5f67112e765152e address-change
  a6c6700b0dddf6df route-monitor: {name: routes}
  a8896a7ee84a19b0 ipv6-nat-busy
  aedbca59ef44c57e retries2-default
  af189e7b90509e5f idle-month
  b038a137ea9d7acf busy-firewall-drop
  b1207734b0fbf6d2 fidelity-blackhole
  b1586d1ebddf5caf busy-process-kill
  b22ab2b31c789887 fidelity-firewall-icmp
  b2483def988b077e idle-nat-timeout
  b2c8de2493a9fe63 idle-stuck-worker
  b4d906e906bbc599 blackhole-to-server
  b4eff6067b9a770e at: 3s, inject: slow-reader, for: 10s
  b55250a16bf2504a overload
  b7fe6e1614621409 idle-host-crash
  bbb66696ff75f0a1 ipv6-idle
  bdbd8ce653254ee1 monitor-far-cable
  bdd0883a5c79a236 idle-cable-pull-server
  c2589019244ce4f3 route-monitor
  c340885446bd1d02 overload: {interval: 1s, threshold: 100%, samples: 1, timeout: 3s, responder: io-thread}
  c475948af69c0002 slow-reader
  c5c93936b428bda6 idle-router-crash
  c8193bdb31f05751 busy-connection-blackhole
  c904eb94069077e1 idle-process-kill
  d0fecdd3ebd29352 keepalive: {}
  d26e5bbe03e708f4 router-restart
  d303386ae333bc04 reference-process-kill
  d3554c830d0ce33b idle-nat-flush-loose
  d9d9f98262db2706 idle-cable-pull-client
  d9e2eaacb6288c0d firewall-drop
  dac9f4c628a03409 cloudflare-idle
  db6d9016f98454a3 busy-blackhole
  dd4109c58981dd52 busy-busy-loop
  dfbb5dff8feb42cb at: 3s, inject: router-restart, downtime: 300ms, every: 1500ms, times: 6
  e007e9760e961564 cable-pull-replug
  e08a6ca526d6944c fidelity-cable-pull
  e0e69ba9e8e638a9 firewall-reject-reset
  e1d6bac95ac05792 fidelity-connect
  e3e40d63c6420c5e idle-stall
  e44bb137c4b43d5e starved
  e490323e46b60a7f cloudflare-busy
  e8237b7f5f41b103 idle-firewall-reject-reset
  ead9381ad67b6dcc process-kill
  eb80d14a336d70f3 fidelity-wheel-idle
  ecbc4ee82c30c566 at: 3s, inject: blackhole, cable: server, direction: to-client, for: 5s
  ed51798a4b60646b host-crash
  ee6044e939223170 busy-router-crash
  ee7b8503a04e2fe2 listen-overflow-established
  efe190c8012c839b process-stop
  f105e440d97923f4 firewall-reject-icmp
  f21f04292efb7571 blackhole-to-client
  f2391437ea5e3dfb nat-flush-loose
  f27763c0453571ba at: 3s, inject: firewall-drop, direction: to-server
  f4102b46f4ce6d73 idle-listen-overflow
  f5a9166e5bdeabab request-timeout: {timeout: 2s, mode: watch}
  f6f68928eb16f591 idle-router-restart
  f8587d97ee6a2d4b at: 3s, inject: impair, cable: client, direction: to-server, gilbertElliott: {toBad: 5%, toGood: 30%, lossInBad: 80%, lossInGood: 1%}
  fb9c79bdd5a4e710 reference-retransmission
  fb9ff4af34dc3610 adaptive: {from: 1s, to: 10s, step: 500ms, timeout: 2s}
  fbafe42f6b50dbae reference-keepalive-server-cable
  fbb8e6764bb5ce07 busy-process-stop
  fc0487f043d7d000 reference-connect-no-neighbour
  fe5883fbdf73c537 at: 3s, inject: cpu-saturation, mode: worker
  fe92e85be7898996 reference-keepalive-client-cable
  """#
