using System.Collections.Frozen;

namespace HmacFileServer.Core.Configuration.Schema;

/// <summary>Why a key of the Go server has no effect here.</summary>
/// <param name="Text">The reason, and what to write instead if there is something.</param>
/// <param name="IsProtection">Whether the operator may rely on it for safety, so that it must not be lost among other warnings.</param>
internal sealed record GoServerKey(string Text, bool IsProtection);

/// <summary>
/// Every section and key of the configuration of the Go HMAC File Server 3.x that is not ours, from its structures and its templates. A
/// section that we do not have is answered as a whole, with one warning.
/// </summary>
internal static class GoServerKeyTable
{
    private const string Automatic = "not needed: the server does this by itself, within fixed bounds.";
    private const string Resume = "not needed: every upload can be resumed, from whatever address the client comes back with.";
    private const string Ttl = "write file_ttl in [uploads]; \"0\" keeps files for ever.";
    private const string Logs = "not needed: logs go to standard output; let systemd or the container keep them.";
    private const string Metrics = "there are no such metrics.";
    private const string Measured = "not needed: networks are measured by what uploads do, without fixed intervals and marks.";
    private const string ByType = "write buffer_size, chunk_size and timeout_multiplier for each type of network in [network_interfaces].";
    private const string EveryType = "unsafe to rely on: files of every type are accepted. They are sent so that browsers do not run them.";
    private const string Signed = "not needed: an upload is authorised by its signed URL, whatever network it comes from.";
    private const string Proxy = "limit requests per client in the proxy in front.";

    private static readonly FrozenDictionary<string, GoServerKey> Keys = All().ToFrozenDictionary(k => k.Path, k => k.Key, StringComparer.OrdinalIgnoreCase);

    /// <summary>All of it.</summary>
    public static IReadOnlyDictionary<string, GoServerKey> Entries => Keys;

    /// <summary>What is known of a path, upper and lower case alike, as the Go server reads it; null for what is none of its keys.</summary>
    public static GoServerKey? Find(string path) => Keys.GetValueOrDefault(path);

    private static IEnumerable<(string Path, GoServerKey Key)> All() =>
    [
        .. Sections(), .. Server(), .. Uploads(), .. Security(), .. Networks(),
    ];

    private static IEnumerable<(string Path, GoServerKey Key)> Sections() =>
    [
        .. Each("", "auth", "write the shared secret as secret in [security]; every upload needs a signed URL.", isProtection: true),
        .. Each("", "clamav validation", "unsafe to rely on: uploads are neither scanned nor looked into. Scan the folder files/ of the data folder.", isProtection: true),
        .. Each("", "rate_limit", Proxy, isProtection: true),
        .. Each("", "quotas", "unsafe to rely on: there are no quotas here; set them in the XMPP server, which gives the slots.", isProtection: true),
        .. Each("", "key_rotation", "move the old secret to previous_secrets in [security] when you write a new one.", isProtection: true),
        .. Each("", "admin audit", "there is no such interface; the log says what was done.", isProtection: true),
        .. Each("", "logging", Logs),
        .. Each("", "metrics monitoring", Metrics),
        .. Each("", "deduplication", "write deduplication = true or false in [uploads]."),
        .. Each("", "redis session_store sessionstore metadata", "not needed: sessions and index are kept in the data folder."),
        .. Each("", "client_network client_network_support", Signed),
        .. Each("", "workers performance streaming", Automatic),
        .. Each("", "timeouts", "not needed: a connection may take as long as its bytes do; write session_timeout in [uploads] for abandoned uploads."),
        .. Each("", "downloads", "not needed: downloads can be resumed and have ranges, always."),
        .. Each("", "storage", "write storage_path in [server], and session_timeout and file_ttl in [uploads]."),
        .. Each("", "ejabberd", "not needed: the slots of ejabberd are understood; write the size limits there."),
        .. Each("", "iso versioning compression thumbnails experimental", "there is no such function here; files are stored as they come."),
        .. Each("", "file build", "not needed."),
    ];

    private static IEnumerable<(string Path, GoServerKey Key)> Server() =>
    [
        .. Each("server", "deduplication_enabled deduplicationenabled", "write deduplication = true or false in [uploads]."),
        .. Each("server", "filettl file_ttl filettlenabled filettl_enabled max_file_age", Ttl),
        .. Each("server", "min_free_bytes", "write min_free_bytes in [uploads]."),
        .. Each("server", "port interface bind_all_interfaces", "write address and port as listen_address, like \"127.0.0.1:8080\".", isProtection: true),
        .. Each("server", "upload_path", "write storage_path."),
        .. Each("server", "global_extensions", EveryType, isProtection: true),
        .. Each("server", "unixsocket unix_socket", "there are no Unix sockets here; listen on 127.0.0.1.", isProtection: true),
        .. Each("server", "metrics_enabled metricsenabled metrics_port metricsport metrics_path", Metrics),
        .. Each("server", "pid_file pidfilepath", "not needed: systemd knows its processes."),
        .. Each("server", "log_file log_level", Logs),
        .. Each("server", "file_naming", "not needed: a file has the name of its slot."),
        .. Each("server", "force_protocol", "write the address of one kind as listen_address, like \"0.0.0.0:8080\" or \"[::]:8080\"."),
        .. Each("server", "clean_upon_exit", "unsafe: nothing is deleted at the end; uploads go on after a restart."),
        .. Each("server", "cleanup_interval pre_cache pre_cache_workers pre_cache_interval precaching enable_dynamic_workers worker_scale_up_thresh worker_scale_down_thresh autoadjustworkers auto_adjust_workers networkevents network_events client_multi_interface adapt_to_client_network max_idle_conns_per_host disable_keep_alives", Automatic),
        .. Each("server", "max_header_bytes client_timeout idle_conn_timeout connection_drain_timeout graceful_shutdown_timeout restart_grace_period", Automatic),
        .. Each("server", "allow_ip_changes", Signed),
    ];

    private static IEnumerable<(string Path, GoServerKey Key)> Uploads() =>
    [
        .. Each("uploads", "allowed_extensions allowedextensions", EveryType, isProtection: true),
        .. Each("uploads", "max_files_per_user", "unsafe to rely on: there are no quotas here; set them in the XMPP server, which gives the slots.", isProtection: true),
        .. Each("uploads", "max_file_size maxfilesize max_upload_size", "write max_upload_size in [server].", isProtection: true),
        .. Each("uploads", "sessiontimeout max_resumable_age session_recovery_timeout upload_timeout client_reconnect_window network_change_grace_period upload_pause_timeout", "write session_timeout in [uploads]: how long an upload waits for its client."),
        .. Each("uploads", "dedupe", "write deduplication = true or false in [uploads]."),
        .. Each("uploads", "ttl ttl_enabled", Ttl),
        .. Each("uploads", "chunked_uploads_enabled chunkeduploadsenabled resumable_uploads_enabled resumableuploadsenabled allow_session_resume session_persistence allow_ip_changes", Resume),
        .. Each("uploads", "chunk_size chunksize max_chunk_size min_chunk_size chunk_adaptation_algorithm network_aware_chunking", ByType),
        .. Each("uploads", "session_storage_path", "not needed: unfinished uploads are kept in the data folder, storage_path."),
        .. Each("uploads", "upload_slot_ttl", "not needed: the signed URL says how long it holds, where its variant has a time."),
        .. Each("uploads", "adaptive_compression compression_threshold", "there is no such function here; files are stored as they come."),
        .. Each("uploads", "cleanup_expired_sessions concurrent_chunk_uploads max_upload_retries maxretries networkevents retry_failed_uploads upload_acceleration", Automatic),
    ];

    private static IEnumerable<(string Path, GoServerKey Key)> Security() =>
    [
        .. Each("security", "enablejwt jwt_enabled jwtsecret jwtalgorithm jwtexpiration bearer_tokens_enabled", "the Go server's own bearer tokens are not accepted: uploads need a signed URL.", isProtection: true),
        .. Each("security", "hmac_enabled", "not needed: every upload needs a signed URL.", isProtection: true),
        .. Each("security", "rate_limiting max_requests_per_minute block_suspicious_ips", Proxy, isProtection: true),
        .. Each("security", "max_uploads_per_user_per_hour", "unsafe to rely on: there are no quotas here; set them in the XMPP server, which gives the slots.", isProtection: true),
        .. Each("security", "trust_proxy_headers", "unsafe: name the proxies that are believed as trusted_proxies in [server].", isProtection: true),
        .. Each("security", "enhanced_security challenge_on_network_change reauth_on_long_standby standby_threshold_minutes long_standby_threshold_hours", Signed),
        .. Each("security", "mobile_grace_period standby_grace_period token_grace_period ultra_max_grace", "unsafe: a signature holds as long as it says, and no longer."),
    ];

    private static IEnumerable<(string Path, GoServerKey Key)> Networks() =>
    [
        .. Each("network_resilience", "fast_detection quality_monitoring detection_interval max_detection_interval quality_check_interval switch_detection_interval max_switch_attempts network_change_threshold stability_minimum", Measured),
        .. Each("network_resilience", "rtt_warning_threshold rtt_critical_threshold", "write switch_threshold_latency."),
        .. Each("network_resilience", "packet_loss_warning packet_loss_critical packet_loss_warning_threshold packet_loss_critical_threshold", "write switch_threshold_packet_loss, in percent."),
        .. Each("network_resilience", "mobile_optimizations mobile_buffer_size mobile_chunk_size mobile_timeout_multiplier mobile_retry_multiplier", ByType),
        .. Each("network_resilience", "upload_resilience upload_pause_timeout upload_retry_timeout", Resume),
        .. Each("network_resilience", "session_based_tracking allow_ip_changes session_migration_timeout max_ip_changes_per_session", Signed),
        .. Each("network_interfaces", "interface_priorities primary_interface", "write interface_priority in [network_resilience], or a priority for each type of network here."),
        .. Each("network_interfaces", "multi_interface_enabled", "write multi_interface_enabled in [network_resilience]."),
        .. Each("network_interfaces", "interface_discovery_enabled interface_monitoring_interval interface_quality_samples", Measured),
        .. Each("handoff", "seamless_handoff", "write seamless_switching."),
        .. Each("handoff", "enabled", "write auto_switch_enabled in [network_resilience]."),
        .. Each("handoff", "handoff_cooldown handoff_hysteresis", "write interface_stability_time in [network_resilience]."),
        .. Each("handoff", "min_quality_threshold quality_excellent quality_good quality_fair quality_poor", "write quality_degradation_threshold in [network_resilience]."),
        .. Each("handoff", "handoff_strategy handoff_timeout interface_quality_history performance_comparison_window pause_transfers_on_switch", Measured),
        .. Each("client_optimization", "adaptation_speed connection_fingerprinting learning_enabled performance_classification user_agent_analysis", Measured),
        .. Each("client_optimization", "strategy_mobile strategy_desktop strategy_server", ByType),
    ];

    private static IEnumerable<(string Path, GoServerKey Key)> Each(string section, string names, string text, bool isProtection = false) =>
        names.Split(' ').Select(name => (section.Length == 0 ? name : $"{section}.{name}", new GoServerKey(text, isProtection)));
}
