namespace HmacFileServer.Core.Networks.Prediction;

/// <summary>
/// Written by `hfs-bench train-predictor --traces F`; do not edit. Trained on 27265 seconds, 593 of them before an outage, of:
/// Starlink-on-the-Autobahn (D. Laniewski, E. Lanfer, N. Aschenbruck, CC BY-SA 4.0), FjordLink (ds-kiel, Kiel University, CC BY 4.0),
/// Solis-WiFi-Trace (Gerui Lv, MIT). What it is worth: bench/results/prediction.txt.
/// </summary>
internal static class TrainedLinkModel
{
    public static LinkPredictorModel Model { get; } = new(
        Mean:
        [
            -0.020149436480679708, // rate_level
            0.0027004779000630594, // rate_trend
            0.8815778224315974, // rate_lowest
            0.10440183268992223, // rate_spread
            0.009203234567254368, // dead_seconds
            0.01632207461841262, // dead_minute
            -0.0070097590446819465, // minute_level
            -78.56668118737943, // signal_level
            0.01783326213615268, // signal_trend
            -0.03776468867026037, // rtt_level
            -0.008240542969918411, // rtt_trend
            0.3065755821559394, // loss
        ],
        Scale:
        [
            0.5777614261864118, // rate_level
            0.06343380472723369, // rate_trend
            0.3942778809330419, // rate_lowest
            0.182108264489315, // rate_spread
            0.05909090565170942, // dead_seconds
            0.05801484281501916, // dead_minute
            0.4641960289278562, // minute_level
            6.646585501633584, // signal_level
            0.5673297516099088, // signal_trend
            0.08919147797015653, // rtt_level
            0.018224004645208555, // rtt_trend
            0.8155526706661412, // loss
        ],
        Weight:
        [
            -0.44747152388736033, // rate_level
            0.03815359164886511, // rate_trend
            -0.5188074895440776, // rate_lowest
            0.17645058327519075, // rate_spread
            -0.02519527968733729, // dead_seconds
            0.13551932271739747, // dead_minute
            0.13911898632541905, // minute_level
            -0.13787160008803445, // signal_level
            -0.15122078156268393, // signal_trend
            0.04281305223181991, // rtt_level
            0.06862109064225305, // rtt_trend
            -0.2852559234440982, // loss
        ],
        Bias: -4.2886601024187625,
        PrepareAt: 0.09093502677807859,
        LeaveAt: 2);
}
