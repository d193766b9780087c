using HmacFileServer.Core.Configuration;

namespace HmacFileServer.Server.Commands;

/// <summary>How long something that is signed on the command line holds.</summary>
internal static class Lifetime
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(36500); // beyond it dates end

    /// <summary>False for anything but a duration longer than none and not longer than a hundred years.</summary>
    public static bool TryParse(string? text, out TimeSpan lifetime) => Duration.TryParse(text, out lifetime) && lifetime > TimeSpan.Zero && lifetime <= Longest;
}
