namespace HmacFileServer.Core.Tuning.Profiles;

/// <summary>A <see cref="ProfileBook"/> as it is stored.</summary>
/// <param name="Version">Of this form; another one is not read.</param>
/// <param name="Profiles">In any order.</param>
/// <param name="Hits">Predictions that came true.</param>
/// <param name="Misses">Predictions that did not.</param>
public sealed record ProfileState(int Version, IReadOnlyList<NetworkProfile> Profiles, long Hits, long Misses)
{
    public const int Present = 1;
}
