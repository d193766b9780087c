using HmacFileServer.Core.Networks;

namespace HmacFileServer.Core.Configuration;

/// <summary>An interface whose kind the configuration says.</summary>
/// <param name="Interface">Its name.</param>
/// <param name="Type">Its kind.</param>
public sealed record InterfaceTypeOverride(string Interface, InterfaceType Type)
{
    /// <summary>As it is written: `wwan0=5g`.</summary>
    public override string ToString() => $"{Interface}={Type.Name()}";
}
