namespace HmacFileServer.Server.Profiles;

/// <summary>What is logged of client profiles: digests of devices and users and address blocks, never a name or an address.</summary>
internal static partial class ProfileLog
{
    [LoggerMessage(1201, LogLevel.Debug, "Profile of {Client} over {Network}: {Rate:F0} KB/s, reliability {Reliability:F2}, round trip {Rtt:F1} ms, as predicted: {IsHit}")]
    public static partial void Updated(ILogger logger, string client, string network, double rate, double reliability, double rtt, bool? isHit);

    [LoggerMessage(1202, LogLevel.Information, "The preferred network of {Client} was {From} and is {To}")]
    public static partial void Preferred(ILogger logger, string client, string from, string to);

    [LoggerMessage(1203, LogLevel.Debug, "{Count} client profiles were written")]
    public static partial void Written(ILogger logger, int count);

    [LoggerMessage(1204, LogLevel.Warning, "Client profiles are not kept across restarts: {Problem}")]
    public static partial void NotKept(ILogger logger, string problem);

    [LoggerMessage(1205, LogLevel.Information, "{Count} client profiles are known")]
    public static partial void Loaded(ILogger logger, int count);
}
