using HmacFileServer.Core.Networks;

namespace HmacFileServer.Platform;

/// <summary>What a network monitor shows, and as what.</summary>
public sealed record MonitorOptions
{
    /// <summary>Kinds fixed by the configuration, by exact interface name; they win over everything that is detected.</summary>
    public IReadOnlyDictionary<string, InterfaceType> TypeOverrides { get; init; } = new Dictionary<string, InterfaceType>();

    /// <summary>
    /// Interfaces that are shown whatever they are, loopback, bridges and container links included. The names in
    /// <see cref="TypeOverrides"/> count as named too.
    /// </summary>
    public IReadOnlyCollection<string> NamedInterfaces { get; init; } = [];

    /// <summary>How often the portable monitor looks for changes that the system did not announce; 100 ms at least.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Told of what went wrong while watching and was survived: a subscriber's exception, lost kernel messages, a refused
    /// request. Called on the monitor's thread; must not throw.
    /// </summary>
    public Action<Exception>? OnFault { get; init; }

    internal bool IsNamed(string interfaceName) => TypeOverrides.ContainsKey(interfaceName) || NamedInterfaces.Contains(interfaceName);
}
