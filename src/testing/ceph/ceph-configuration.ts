/** One monitor, one disk, one gateway, on this machine alone, and quick to start. */
export const cephConfiguration = (
  folder: string,
  { id, monitorPort, gatewayPort }: { id: string; monitorPort: number; gatewayPort: number },
): string => `[global]
fsid = ${id}
mon_host = v2:127.0.0.1:${monitorPort}
ms_bind_msgr1 = false
public_addr = 127.0.0.1
cluster_addr = 127.0.0.1
keyring = ${folder}/keyring
auth_allow_insecure_global_id_reclaim = false
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 8
osd_pool_default_pg_autoscale_mode = off
mon_allow_pool_size_one = true
mon_max_pg_per_osd = 2000
mon_data_avail_crit = 1
# Without these two a start takes twice as long.
paxos_propose_interval = 0.05
paxos_min_wait = 0.01
osd_crush_chooseleaf_type = 0
osd_objectstore = bluestore
bluestore_block_size = 10737418240
osd_memory_target = 939524096
admin_socket = ${folder}/run/$name.asok
pid_file = ${folder}/run/$name.pid
log_file = ${folder}/log/$name.log
[mon.a]
mon_data = ${folder}/mon
[osd.0]
osd_data = ${folder}/osd0
[client.rgw]
# Without the option of TCP each request takes 50 ms.
rgw_frontends = beast endpoint=127.0.0.1:${gatewayPort} tcp_nodelay=1
rgw_data = ${folder}/rgw
rgw_rados_pool_pg_num_min = 4
`
